import { shellQuote } from '../../../shared/domain/reputation/shell-quote.ts';

test.each([
  ['configuration-set:news_2.x', 'configuration-set:news_2.x'],
  ['identity:ann@example.com', 'identity:ann@example.com'],
  ['tag:campaign=spring', 'tag:campaign=spring'],
  ['tag:campaign=spring sale', "'tag:campaign=spring sale'"],
  ['tag:x=$(reboot)', "'tag:x=$(reboot)'"],
  ["tag:x='; reboot; '", "'tag:x='\\''; reboot; '\\'''"],
  ['a\nb', "'a\nb'"],
  ['', "''"],
])('a shell reads %j as one word', (name, word) => {
  expect(shellQuote(name)).toBe(word);
});
