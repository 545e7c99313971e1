/** Takes the picture in the README: `npm run screenshot -w @skein/web`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from './testing/person.ts';
import { DESKTOP, Stage } from './testing/stage.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'docs', 'images');

const CAST = [
  ['zhangsan', '张三'],
  ['lisi', '李思'],
  ['wangwu', '王五'],
] as const;

await using stage = await Stage.open();
const people: Person[] = [];
for (const [user, name] of CAST) {
  const person = await stage.person(DESKTOP);
  await person.register(user, { name });
  people.push(person);
}
const [zhang, li, wang] = people as [Person, Person, Person];

await wang.beginGroup('产品评审', ['zhangsan', 'lisi']);
await wang.say('周三下午三点，老地方，记得带上各自的数据。');
await wang.begin('zhangsan');
await wang.say('收到，我晚上把稿子发你');
await zhang.begin('lisi');
await zhang.say('明天的评审改到十点了，你那边来得及吗？');
await li.open('张三');
await li.say('来得及');
await li.say('原型今晚改完，连同上周的访谈记录一起带过去');
await zhang.message('访谈记录').waitFor();
await zhang.say('太好了');
await zhang.say('那我先把会议室订下来，十点二楼见');
await li.message('十点二楼见').waitFor();
await li.say('好，明天见');
await zhang.message('明天见').waitFor();
await zhang.say('明天见');
await zhang.receipt('已读').waitFor();
// Without a caret in it, the picture is the same every time.
await zhang.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
mkdirSync(FOLDER, { recursive: true });
await zhang.page.screenshot({ path: join(FOLDER, 'chat.png') });
