import type { Locator, Page } from 'playwright-core';

export const PASSWORD = 'as you like it';

/** Somebody in front of the page. Finds things as a person or a screen reader would: by their words. */
export class Person {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async register(user: string, { name = '' }: { readonly name?: string } = {}): Promise<void> {
    await this.button(/还没有账号|No account/).click();
    await this.fillSignIn(user, PASSWORD);
    if (name !== '') await this.page.getByLabel(/显示名称|Display name/).fill(name);
    await this.button(/注册新账号|Create an account/).click();
    await this.heading.waitFor();
  }

  async signIn(user: string, password: string): Promise<void> {
    await this.fillSignIn(user, password);
    await this.button(/^(登录|Sign in)$/).click();
  }

  async fillSignIn(user: string, password: string): Promise<void> {
    await this.page.getByLabel(/^(用户名|User name)$/).fill(user);
    await this.page.getByLabel(/^(密码|Password)$/).fill(password);
  }

  /** Only somebody signed in sees it. */
  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1, name: /^(消息|Messages)/ });
  }

  async begin(user: string): Promise<void> {
    await this.#newConversation();
    await this.page.getByRole('textbox', { name: /^(对方的用户名|User name)$/ }).fill(user);
    await this.button(/^(开始|Start)$/).click();
  }

  async beginGroup(title: string, users: readonly string[]): Promise<void> {
    await this.#newConversation();
    await this.button(/^(群聊|Group)$/).click();
    await this.page.getByRole('textbox', { name: /群名称|Name of the group/ }).fill(title);
    await this.page.getByRole('textbox', { name: /成员|User names/ }).fill(users.join(' '));
    await this.button(/^(开始|Start)$/).click();
  }

  async open(title: string): Promise<void> {
    await this.row(title).click();
    await this.composer.waitFor();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  row(title: string): Locator {
    return this.page.getByRole('list').getByRole('button').filter({ hasText: title });
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^(给.*发消息|Message )/ });
  }

  /** Every message on the screen, oldest first. */
  get messages(): Locator {
    return this.page.getByRole('article');
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }

  /** The texts on the screen, oldest first. */
  texts(): Promise<string[]> {
    return this.page.locator('.bubble').allInnerTexts();
  }

  /** How far the newest own message has come. */
  receipt(state: string): Locator {
    return this.messages.last().getByRole('img', { name: state });
  }

  /** Words somewhere in sight; a narrow screen hides parts of the page. */
  told(words: string): Locator {
    return this.page.getByText(words).filter({ visible: true }).first();
  }

  button(name: RegExp | string): Locator {
    return this.page.getByRole('button', { name });
  }

  /** Does not want to wait; by itself the page would come back a little later, and may have. */
  async retryNow(): Promise<void> {
    const retry = this.button(/^(立即重试|Try now)$/).filter({ visible: true });
    await retry.click({ timeout: 2_000 }).catch(() => undefined);
  }

  /** Uses one of the actions that a message offers while it is pointed at. */
  async act(text: string, action: string): Promise<void> {
    await this.message(text).hover();
    await this.message(text).getByRole('button', { name: action }).click();
  }

  async #newConversation(): Promise<void> {
    const opener = this.button(/^(新会话|New conversation)$/);
    await this.page.getByRole('complementary').waitFor();
    if (await opener.isVisible()) await opener.click();
  }
}
