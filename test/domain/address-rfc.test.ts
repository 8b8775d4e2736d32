import { parseAddress } from '../../shared/domain/address.ts';

/**
 * The address forms in the RFCs, and the key of each. `undefined`: SES does not send to this form (routes, comments, groups), so it is not an
 * address. The message then goes to the dead-letter queue unchanged, and no address is suppressed by a guess.
 */
type Row = readonly [section: string, written: string, key: string | undefined];

const long = (length: number) => 'a'.repeat(length);

const rfc5321: readonly Row[] = [
  // Section 2.4 allows case-sensitive local parts, but no provider has them, and SES ignores the case as well.
  ['2.4', 'Smith@Example.COM', 'smith@example.com'],
  ['4.1.1.3: without a domain', '<Postmaster>', undefined],
  ['4.1.1.3: with one', '<Postmaster@example.com>', 'postmaster@example.com'],
  ['4.1.2: dot-string', "O'Neill+tag_x=y@example.com", "o'neill+tag_x=y@example.com"],
  ['4.1.2: quoted string', '"Joe Blow"@example.com', '"joe blow"@example.com'],
  ['4.1.2: quoted @', '"a@b"@example.com', '"a@b"@example.com'],
  ['4.1.2: quoted pair', String.raw`"Joe\"Blow"@example.com`, String.raw`"joe\"blow"@example.com`],
  ['4.1.2: quotes alone do not make another mailbox', '"Joe.B+x"@example.com', 'joe.b+x@example.com'],
  ['4.1.2: quotes around any text that needs none', `"O'Brien"@example.com`, "o'brien@example.com"],
  ['4.1.2: quotes around special characters of an atom', '"a&b=c"@example.com', 'a&b=c@example.com'],
  ['4.1.2: a quoted pair that is not needed', String.raw`"j\ohn"@example.com`, 'john@example.com'],
  ['4.1.2: a quoted pair in a local part that needs quotes', String.raw`"a\ \b"@example.com`, '"a b"@example.com'],
  ['4.1.2: a quoted quote and a quoted backslash', String.raw`"a\"\\b"@example.com`, String.raw`"a\"\\b"@example.com`],
  ['4.1.2: an empty quoted string', '""@example.com', '""@example.com'],
  ['4.1.2: an unterminated quoted string', '"joe@example.com', undefined],
  ['4.1.2: a quoted pair outside quotes', String.raw`joe\ blow@example.com`, undefined],
  ['4.1.2: a control character in quotes', '"joe\u0007"@example.com', undefined],
  ['4.1.3: IPv4 literal', 'ann@[123.255.37.2]', 'ann@[123.255.37.2]'],
  ['4.1.3: IPv6 literal', 'ann@[IPv6:2001:DB8::FF]', 'ann@[ipv6:2001:db8::ff]'],
  ['4.1.3: tagged literal', 'ann@[x400:c-us]', 'ann@[x400:c-us]'],
  ['4.1.3: a literal and more', 'ann@x[192.0.2.1]', undefined],
  ['4.1.3: a literal and more', 'ann@[192.0.2.1]x', undefined],
  ['4.1.3: a literal without brackets is left to the resolver', 'ann@192.0.2.1', 'ann@192.0.2.1'],
  ['4.1.3: the same with a capital letter', 'Ann@192.0.2.1', 'ann@192.0.2.1'],
  ['4.1.3: an unterminated literal', 'ann@[192.0.2.1', undefined],
  ['4.5.3.1.1: 64 octets', `${long(64)}@example.com`, `${long(64)}@example.com`],
  ['4.5.3.1.1: more, which some servers accept', `${long(65)}@example.com`, `${long(65)}@example.com`],
  [
    '4.5.3.1.2: 255 octets of domain',
    `a@${`${long(63)}.`.repeat(3)}${long(63)}`,
    `a@${`${long(63)}.`.repeat(3)}${long(63)}`,
  ],
  ['4.5.3.1.2: 256 octets', `a@${`${long(63)}.`.repeat(4)}`, `a@${`${long(63)}.`.repeat(4).slice(0, -1)}`],
  ['4.5.3.1.2: more', `a@${`${long(63)}.`.repeat(4)}a`, undefined],
  [
    '4.5.3.1: 320 in all',
    `${long(64)}@${`${long(50)}.`.repeat(5).slice(1)}`,
    `${long(64)}@${`${long(50)}.`.repeat(5).slice(1, -1)}`,
  ],
  [
    '4.5.3.1: 320 in all',
    `${long(64)}@${`${long(63)}.`.repeat(3)}${long(63)}`,
    `${long(64)}@${`${long(63)}.`.repeat(3)}${long(63)}`,
  ],
  ['4.5.3.1: 321 in all', `${long(65)}@${`${long(63)}.`.repeat(3)}${long(63)}`, undefined],
  ['4.5.3.1: more', `${long(309)}@example.com`, undefined],
  ['C: source route', '<@one.example,@two.example:joe@three.example>', undefined],
  ['4.5.5: null path', '<>', undefined],
];

const rfc5322: readonly Row[] = [
  ['3.2.3: every atext', "!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"],
  ['3.4: a list', 'Mary <mary@x.example>, jdoe@example.org', undefined],
  ['3.4: a list', 'Mary <mary@x.example>, John <john@y.example>', undefined],
  ['3.4: a list', 'ann@example.com,<bob@example.com>', undefined],
  ['3.4: a list', '"Ann" <ann@example.com>;<bob@example.com>', undefined],
  ['3.4: two addresses', '<ann@example.com> <bob@example.com>', undefined],
  ['3.4: an address as the name', 'ann@example.com <bob@example.com>', 'bob@example.com'],
  ['3.4: an address in a quoted name', '"ann@example.com, and I" <bob@example.com>', 'bob@example.com'],
  ['3.4: unquoted commas in a name, which are common', 'Lee, Ann; Dr. <ann@example.com>', 'ann@example.com'],
  ['3.4: a comma at the end of a name', 'Lee,<ann@example.com>', 'ann@example.com'],
  ['3.4: a list, or a name with a comma and an address', 'Lee, ann@example.com <bob@example.com>', undefined],
  ['3.4: space in the brackets', 'Ann < ann@example.com >', 'ann@example.com'],
  ['3.2.4: an escaped quote in a name', String.raw`"a \" <bob@example.com> c" <ann@example.com>`, 'ann@example.com'],
  ['3.4: a stray bracket', 'ann@example.com>', undefined],
  ['3.4.1: dots in forbidden positions, which some phones allowed', '.ann..lee.@example.com', '.ann..lee.@example.com'],
  ['4.4: white space around the @', 'ann @ example.com', undefined],
  ['A.1.2', '"Joe Q. Public" <john.q.public@example.com>', 'john.q.public@example.com'],
  ['A.1.2', 'Who? <one@y.example>', 'one@y.example'],
  ['A.1.2', '<boss@nil.example>', 'boss@nil.example'],
  ['A.1.2', String.raw`"Giant; \"Big\" Box" <sysservices@example.net>`, 'sysservices@example.net'],
  ['A.1.3: a group', 'A Group:Ed Jones <joe@where.example>,jdoe@one.example;', undefined],
  ['A.1.3: a group', 'A Group: Ed <ed@x.example>, Joe <joe@y.example>', undefined],
  ['A.1.3: an empty group', 'Undisclosed recipients:;', undefined],
  ['A.5: a comment in the name', String.raw`Pete(A nice \) chap) <pete@silly.example>`, 'pete@silly.example'],
  ['A.5: a comment in the address', 'Pete <pete(account)@silly.example>', undefined],
  ['A.5: a comment before it', '(comment)pete@silly.example', undefined],
  ['3.2.3: specials outside quotes', String.raw`a\b@example.com`, undefined],
  ['3.2.3: specials outside quotes', '[a]@example.com', undefined],
  ['3.2.3: specials in quotes', '"a:(b)[c]"@example.com', '"a:(b)[c]"@example.com'],
  ['3.4: an unterminated group', 'Group:ann@example.com', undefined],
  ['RFC 6068: a URI', 'mailto:ann@example.com', undefined],
  ['A.5: a comment after it', 'pete@silly.example (Pete)', undefined],
  ['A.6.1: unquoted dots in the name', 'Joe Q. Public <john.q.public@example.com>', 'john.q.public@example.com'],
  ['A.6.3: folding in the address', 'John Doe <jdoe@machine.\r\n example>', undefined],
  ['2.2.3: folding in the name', '"Joe Q.\r\n Public" <john.q.public@example.com>', 'john.q.public@example.com'],
];

const rfc6531: readonly Row[] = [
  ['3.3: U-labels', 'ann@例子.广告', 'ann@xn--fsqu00a.xn--4rr70v'],
  ['3.3: a U-label after a number', 'ann@1.exämple.com', 'ann@1.xn--exmple-cua.com'],
  ['3.3: A-labels', 'ann@XN--FSQU00A.xn--4rr70v', 'ann@xn--fsqu00a.xn--4rr70v'],
  ['3.3: a UTF-8 local part', '用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
  ['3.3: Greek, whose capitals stay', 'Δοκιμή@παράδειγμα.δοκιμή', 'Δοκιμή@xn--hxajbheg2az3al.xn--jxalpdlp'],
  ['3.3: right to left', 'user@مثال.إختبار', 'user@xn--mgbh0fb.xn--kgbechtv'],
  ['3.3: quoted UTF-8', '"用 户"@example.com', '"用 户"@example.com'],
  // Composed and decomposed forms are different strings, and SES's list treats them as different addresses.
  ['10.1: no normalization, composed', 'jos\u00e9@example.com', 'jos\u00e9@example.com'],
  ['10.1: no normalization, decomposed', 'jose\u0301@example.com', 'jose\u0301@example.com'],
  ['3.3: half of a surrogate pair', 'ann\ud83d@example.com', undefined],
  ['RFC 6532: a name in UTF-8', 'Zoë Łukasz <zoe@example.com>', 'zoe@example.com'],
  ['RFC 5891: a hyphen label is left to the resolver', 'ann@-a-.example', 'ann@-a-.example'],
  ['RFC 3490: the ideographic full stop', 'ann@例子。广告。', 'ann@xn--fsqu00a.xn--4rr70v'],
  ['RFC 3490: an ideographic root dot', 'ann@example.com。', 'ann@example.com'],
  ['RFC 5891: no label', 'ann@。', undefined],
];

test.each([
  ...rfc5321.map((row) => ['RFC 5321', ...row] as const),
  ...rfc5322.map((row) => ['RFC 5322', ...row] as const),
  ...rfc6531.map((row) => ['RFC 6531', ...row] as const),
])('%s, %s: %j has the key %j', (_rfc, _section, written, key) => {
  expect(parseAddress(written)?.key).toBe(key);
});
