import { Stage, PHONE, DESKTOP, tabOf } from './testing/stage.ts';
import { PASSWORD } from './testing/person.ts';
const stage = await Stage.open();
const shot = (p: any, n: string) => p.page.screenshot({ path: `/tmp/web/${n}.png` });
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
try {
  const a = await stage.person();
  await a.register('zhangsan', { name: '张三' });
  await shot(a, 'b-empty');
  const b = await stage.person({ ...DESKTOP, locale: 'en-US', colorScheme: 'dark' });
  await b.register('lisi', { name: 'Li Si' });
  const c = await stage.person(PHONE);
  await shot(c, 'c-signin');
  await c.register('wangwu', { name: '王五' });
  await shot(c, 'c-empty');
  // second window in the same profile
  const a2 = await tabOf(a, stage.url);
  await sleep(1200); await shot(a2, 'a2-elsewhere');
  await a2.register('zhaoliu', { name: '赵六' });
  await sleep(300);
  await a.begin('lisi');
  for (const t of ['你好，李四！', '明天几点开会？', '记得带上原型']) await a.say(t);
  await sleep(500); console.log(await b.page.title()); await shot(b, 'b-list');
  await b.open('张三'); await sleep(300);
  await b.composer.pressSequentially('Ten o’clock'); await sleep(300); await shot(a, 'a-typing');
  await b.composer.press('Enter'); await b.say('And yes,\nI bring it: https://example.com/x');
  await a.begin('nobody'); await sleep(300); await shot(a, 'a-nobody');
  await a.page.keyboard.press('Escape');
  await a.beginGroup('产品评审', ['lisi', 'wangwu', 'zhaoliu']);
  await sleep(300);
  await a.say('大家好，周三下午三点评审。'); await sleep(400);
  await shot(c, 'c-list');
  await c.open('产品评审'); await c.say('收到'); await a2.open('产品评审'); await a2.say('好的，我会准备演示文稿，另外把上周的数据也整理一下发给大家。');
  await sleep(400);
  await a.act('大家好', '赞'); await sleep(200);
  await a.act('大家好', '编辑'); await sleep(200); await shot(a, 'a-editing');
  await a.composer.fill('大家好，周四下午三点评审。'); await a.composer.press('Enter'); await sleep(300);
  await a.say('打错了'); await sleep(200); await a.act('打错了', '撤回'); await sleep(400);
  await c.act('大家好', '赞').catch((e) => console.log(String(e).slice(0, 300))); await sleep(300);
  await shot(a, 'a-group'); await shot(c, 'c-group'); await c.message('收到').click(); await sleep(100); await shot(c, 'c-actions');
  await a.message('大家好').hover(); await shot(a, 'a-hover');
  await a.button('重新编辑').click(); console.log('again', await a.composer.inputValue());
  await a.composer.fill('');
  await b.open('产品评审'); await sleep(300); await shot(b, 'b-group');
  // reload both tabs
  await a.page.reload(); await a2.page.reload(); await sleep(1000);
  await shot(a, 'a-reload'); await shot(a2, 'a2-reload');
  // wrong password
  const d = await stage.person(); await d.signIn('zhangsan', 'wrong wrong wrong'); await sleep(800); await shot(d, 'd-wrong');
  await d.button(/还没有账号/).click(); await d.button(/注册新账号/).click(); await sleep(800); await shot(d, 'd-taken');
  // offline
  await a.page.context().setOffline(true); await a.say('离线时写的'); await sleep(3000); await shot(a, 'a-offline');
  await a.page.context().setOffline(false); await sleep(2000); await shot(a, 'a-back');
  console.log((await b.texts()).at(-1));
} catch (e) { console.log(e); } finally { console.log('PROBLEMS', stage.problems); await stage[Symbol.asyncDispose](); }
