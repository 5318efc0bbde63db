/** Conditions where runtimes could differ: time zones, regular expressions, texts beyond ASCII, numbers as texts. */
const moments = [
  "1883-11-18T12:00:00Z",
  "1970-01-01T00:00:00Z",
  "2024-03-10T06:59:59.999Z",
  "2024-03-10T07:00:00Z",
  "2024-10-27T00:59:59Z",
  "2024-10-27T01:00:00Z",
  "2024-12-31T23:30:00Z",
];
const zones = [
  ...["UTC", "+05:30", "-09:30", "America/New_York", "America/St_Johns", "Europe/Berlin", "Europe/London"],
  ...[
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Nowhere/At",
  ],
];
const accessors = [
  ...["getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek"],
  ...["getHours", "getMinutes", "getSeconds", "getMilliseconds"],
];

const patterns = [
  "^b(an)+a$",
  "(?i)BANANA",
  "\\\\p{Lu}",
  "\\\\bna",
  "[^a-z]",
  "(a*)*b",
  "a{2,3}",
  "(?=a)",
  "(",
];
const texts = ["banana", "BANANA", "Ärger", "ß", "İstanbul", "😀", "a\\nb", ""];

const others = [
  ...["int('-42')", "int(1e18)", "int('x')", "uint('18446744073709551615')", "uint(-1)", "double('1e308')"],
  ...[
    "double('.5')",
    "double('1e400')",
    "string(1e21)",
    "string(0.1 + 0.2)",
    "string(-0.0)",
    "string(5e-324)",
  ],
  ...["string(b'\\xc3\\xa9')", "bytes('é😀')", "b'a' + b'b'", "bool('TRUE')", "bool('yes')", "dyn(1) == 1u"],
  ...[
    "type(timestamp('2024-01-01T00:00:00Z'))",
    "timestamp(1700000000)",
    "timestamp('2023-02-30T00:00:00Z')",
  ],
  ...["string(timestamp('2024-02-29T12:30:00.5+05:30'))", "string(duration('-1h30m1.5s'))", "duration('1x')"],
  ...[
    "timestamp('2024-01-01T00:00:00Z') - duration('1ns')",
    "now - timestamp(0)",
    "now.getHours('Asia/Kolkata')",
  ],
  ...[
    "'İSTANBUL ÅÄÖ'.lowerAscii()",
    "'straße'.upperAscii()",
    "'\\u00a0 x \\u3000'.trim()",
    "'a,b,,c'.split(',')",
  ],
  ...["'a,b,c'.split(',', 2)", "'a😀b'.split('')", "'aaa'.replace('a', 'b', 2)", "'a😀b'.substring(1, 2)"],
  ...[
    "'a😀b'.indexOf('b')",
    "'abcabc'.lastIndexOf('b')",
    "'a😀b'.charAt(1)",
    "['a', 'b'].join('-')",
    "'ab'.reverse()",
  ],
  ...[
    "cidr('10.1.2.3', '10.0.0.0/8')",
    "cidr('::ffff:10.0.0.1', '10.0.0.0/8')",
    "cidr('2001:db8::1', '2001:db8::/32')",
  ],
  ...["cidr('10.0.0.256', '10.0.0.0/8')", "bucket('salt', 'ada')", "bucket('salt', 'Ünïcödé 👩‍🚀')"],
  ...[
    "semver('1.0.0-rc.1') < semver('1.0')",
    "'Ä' < 'ä'",
    "'\\uffff' < '😀'",
    "1.0 / 3.0",
    "-7 % 3",
    "0.0 / 0.0",
  ],
];

export const CALLS: readonly string[] = [
  ...moments.flatMap((moment) =>
    zones.flatMap((zone) => accessors.map((name) => `timestamp('${moment}').${name}('${zone}')`)),
  ),
  ...accessors.map((name) => `duration('100h30m1.5s').${name}()`),
  ...patterns.flatMap((pattern) => texts.map((text) => `'${text}'.matches('${pattern}')`)),
  ...others,
  ...texts.map((text) => `size('${text}')`),
  "[1, 2.0, 'a', b'a'].size()",
];
