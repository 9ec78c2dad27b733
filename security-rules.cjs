/**
 * What the source never does, as ESLint rules: `latchkey/<name>`. The ASVS table refers to them by these names.
 * A rule reports every node that one of its selectors matches. `samples` are code that it has to report:
 * test/lint/security-rules.spec.ts lints them.
 */
const { analyse } = require('scslre');

const SERVER = ['src/**/*.ts'];
const SCRIPTS = ['public/*.js'];
/** A constant: its name is in capitals. */
const CONSTANT = 'Identifier[name=/^[A-Z_]+$/]';

const first = (call, argument) => `CallExpression${call} > ${argument}.arguments:first-child`;
const called = (names) =>
  `CallExpression:matches([callee.name=/^(${names})$/], [callee.property.name=/^(${names})$/])`;
const imported = (modules) => [
  `ImportDeclaration[importKind!=type][source.value=/^(node:)?(${modules})$/]`,
  `ImportExpression[source.value=/^(node:)?(${modules})$/]`,
  `CallExpression[callee.name=require][arguments.0.value=/^(node:)?(${modules})$/]`,
];

const rules = {
  'no-unescaped-text': {
    message: 'No text is marked as safe to be shown unescaped.',
    files: SERVER,
    except: ['src/mail/mail-views.ts'], // a mail is plain text
    selectors: ['Identifier[name=SafeString]', 'Property[key.name=noEscape][value.value=true]'],
    samples: ['new Handlebars.SafeString(name)', 'x = { noEscape: true }'],
  },
  'no-template-from-text': {
    message: 'Templates are files: nothing else is compiled.',
    files: SERVER,
    except: ['src/http/templates.ts'],
    selectors: ['CallExpression[callee.property.name=/^(pre)?compile$/][arguments.length>0]'],
    samples: ['handlebars.compile(request.body.text)'],
  },
  'no-composed-view-name': {
    message: 'The name of a view is a literal or a constant.',
    files: SERVER,
    except: [
      'src/users/email/email-notice-mail.ts', // the kinds of notices
      'src/events/notices/notice-mail.ts',
      'src/flash/drafts/pages/draft-pages.controller.ts', // what the decorator of a handler says
      'src/http/responses/exception.filter.ts',
    ],
    selectors: [
      first(
        ':matches([callee.name=Render], [callee.property.name=render])',
        `:not(Literal, ${CONSTANT}, MemberExpression[object.name=/^[A-Z_]+$/])`,
      ),
    ],
    samples: ['response.render(request.query.view)', 'response.render(`users/${name}`)'],
  },
  'no-code-from-text': {
    message: 'No code is made from text.',
    files: [...SERVER, ...SCRIPTS],
    selectors: [
      ...imported('vm'),
      'ImportExpression > :not(Literal).source',
      ':matches(CallExpression, NewExpression)[callee.name=/^(eval|Function)$/]',
      first('[callee.name=/^set(Timeout|Interval)$/]', ':matches(Literal, TemplateLiteral)'),
    ],
    samples: [
      "eval('x')",
      "new Function('x')",
      "import vm from 'node:vm'",
      "setTimeout('x')",
      'import(path)',
    ],
  },
  'no-other-program': {
    message:
      'No other program is started: only Latchkey itself, as workers, and its own program that hashes.',
    files: SERVER,
    except: [
      'src/app/start.ts',
      'src/app/workers.ts',
      'src/events/metrics/exposed-metrics.ts',
      'src/auth/passwords/hashing-child.ts',
    ],
    selectors: imported('child_process|cluster|worker_threads'),
    samples: [
      "import { exec } from 'node:child_process'",
      "import cluster from 'cluster'",
      "require('node:worker_threads')",
      "import('node:child_process')",
    ],
  },
  'no-sql-from-values': {
    message: 'SQL holds values as parameters.',
    files: SERVER,
    except: ['src/sessions/engines/touch-buffer.ts'], // puts placeholders together
    selectors: ['TemplateLiteral[expressions.length>0]', 'BinaryExpression[operator="+"]'].map((text) =>
      first(
        '[callee.property.name=/^(query|where|andWhere|orWhere|having)$/]',
        // Constants, and a setting that is a number.
        `${text}:has(> :not(TemplateElement, Literal, ${CONSTANT}, MemberExpression[property.name=lockTimeout]))`,
      ),
    ),
    samples: [
      "manager.query(`SELECT * FROM users WHERE name = '${name}'`)",
      'query.where(`id = ${id}`)',
      "query.andWhere('id = ' + id)",
    ],
  },
  'no-markup-from-text': {
    message: 'Scripts write text as text: they build no markup from it.',
    files: SCRIPTS,
    selectors: [
      'Identifier[name=/^((inner|outer)HTML|insertAdjacentHTML|DOMParser|createContextualFragment|setHTML\\w*|srcdoc)$/]',
    ],
    samples: ['banner.innerHTML = text', "body.insertAdjacentHTML('beforeend', text)", 'new DOMParser()'],
  },
  'no-clobbered-names': {
    message:
      'Scripts read nothing of document or window that an element with that name or ID could stand in for.',
    files: SCRIPTS,
    selectors: [
      'MemberExpression[object.name=/^(document|window)$/][computed=true]',
      'MemberExpression[object.name=/^(document|window)$/]:not([property.name=/^(querySelector(All)?|createElement|documentElement|addEventListener|matchMedia|BroadcastChannel|EventSource)$/])',
    ],
    samples: ['document.settings', "window['config']", 'window.config = {}', 'document.write(text)'],
  },
  'no-browser-storage': {
    message: 'Nothing is kept in the storage of the browser.',
    files: SCRIPTS,
    selectors: [
      'Identifier[name=/^(localStorage|sessionStorage|indexedDB|caches|cookieStore)$/]',
      'MemberExpression[object.name=document][property.name=cookie]',
    ],
    samples: ["localStorage.setItem('token', token)", 'document.cookie'],
  },
  'no-connection-elsewhere': {
    message: 'Nothing is connected to but what settings name.',
    files: SERVER,
    except: [
      'src/http/latchkey-express-adapter.ts', // listens
      'src/events/metrics/metrics-server.ts', // listens
      'src/http/request-context.ts', // tells a request by its class
    ],
    selectors: [
      ...imported('https?|net|tls|dgram|http2').map((selector) =>
        selector.startsWith('ImportDeclaration')
          ? `${selector} > :not(ImportSpecifier:matches([importKind=type], [imported.name=/^(STATUS_CODES|isIP|isIPv6)$/])).specifiers`
          : selector,
      ),
      'CallExpression[callee.name=fetch]',
      'Identifier[name=/^(XMLHttpRequest|axios)$/]',
    ],
    samples: [
      "import { request } from 'node:https'",
      "import http from 'http'",
      "import * as net from 'net'",
      'await fetch(url)',
    ],
  },
  'no-other-file': {
    message:
      'No file is written but a generated secret, the checkpoint of the audit log, and mails without a server.',
    files: SERVER,
    except: [
      'src/events/audit/checkpoint-file.ts',
      'src/options/kept-secret.ts',
      'src/mail/folder-mailer.ts',
    ],
    selectors: [called('writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream')],
    samples: ["await writeFile('log', line)", "fs.appendFileSync('log', line)", "createWriteStream('log')"],
  },
  'no-input-in-the-log': {
    message: 'No line of the log holds what was sent. The security log escapes it.',
    files: SERVER,
    selectors: [
      'MemberExpression[object.name=request][property.name=/^(body|query|headers|cookies|originalUrl|url|params|path)$/]',
      'Identifier[name=/^(username|email|userAgent)$/]',
    ].map(
      (input) =>
        `CallExpression:matches([callee.object.name=logger], [callee.object.property.name=logger]) ${input}`,
    ),
    samples: [
      'this.logger.warn(`Who is ${request.body.username}?`)',
      'logger.log(request.originalUrl)',
      'this.logger.log(email)',
    ],
  },
  'strong-algorithms': {
    message: 'Hashes are of the SHA-2 family, ciphers are AES-256-GCM.',
    files: SERVER,
    selectors: [
      first(
        '[callee.name=/^(createHash|createHmac|hkdfSync)$/]',
        ':not(Literal[value=/^sha(256|384|512)$/])',
      ),
      first('[callee.name=/^createC?(De)?[cC]ipheriv$/]', ":not(Literal[value='aes-256-gcm'])"),
    ],
    samples: [
      "createHash('md5')",
      "createHmac('sha1', key)",
      "createCipheriv('aes-256-cbc', key, iv)",
      "createDecipheriv('aes-128-gcm', key, iv)",
      'createHash(algorithm)',
    ],
  },
  'no-guessable-randomness': {
    message: 'Randomness comes from the operating system.',
    files: SERVER,
    selectors: [
      'MemberExpression[object.name=Math][property.name=random]',
      'Identifier[name=pseudoRandomBytes]',
    ],
    samples: ['Math.random()', 'pseudoRandomBytes(32)'],
  },
  'no-short-randomness': {
    message: 'What must not be guessed has 128 random bits or more.',
    files: SERVER,
    except: ['src/flash/flash-service.ts', 'src/mail/folder-mailer.ts'], // names that must only differ
    selectors: [
      first(
        '[callee.name=randomBytes]',
        ':not(Literal[value=16], Literal[value=32], Identifier[name=NONCE_BYTES])',
      ),
    ],
    samples: ['randomBytes(8)', 'randomBytes(length)'],
  },
  'no-uuid-as-secret': {
    message: 'A UUID names what must only differ, and opens nothing.',
    files: SERVER,
    except: [
      'src/database/invalidation/channel.ts',
      'src/events/audit/checkpoint-file.ts',
      'src/http/request-id.ts',
      'src/options/kept-secret.ts', // of a draft of the file
    ],
    selectors: [called('randomUUID')],
    samples: ['randomUUID()', 'crypto.randomUUID()'],
  },
  'no-early-comparison': {
    message: 'Signatures are compared in constant time.',
    files: SERVER,
    selectors: [
      'BinaryExpression[operator=/^[!=]==?$/] > :matches(CallExpression[callee.name=/^(mac|signedId)$/], CallExpression[callee.property.name=/^(mac|signedId)$/], Identifier[name=/[sS]ignature$/], MemberExpression[property.name=/[sS]ignature$/])',
    ],
    samples: ['given === signedId(id, secret)', 'this.mac(text) !== given', 'cookie.signature === expected'],
  },
  'comparison-in-constant-time': {
    message: 'This file compares secrets, by timingSafeEqual.',
    files: ['src/auth/passwords/bcrypt-password-hasher.ts', 'src/sessions/signer.ts'],
    selectors: ['Program:not(:has(CallExpression[callee.name=timingSafeEqual]))'],
    samples: ['given.equals(expected)'],
  },
  'no-composed-expression': {
    message: 'A regular expression is a literal.',
    files: SERVER,
    except: ['src/users/scripts.ts'], // of our own words
    selectors: [':matches(CallExpression, NewExpression)[callee.name=RegExp]'],
    samples: ['new RegExp(name)', 'RegExp(name)'],
  },
  'no-slow-expression': {
    message: 'A regular expression takes a time in proportion to the text.',
    files: [...SERVER, ...SCRIPTS],
    selectors: ['Literal[regex]'],
    matches: ({ regex: { pattern, flags } }) => analyse({ source: pattern, flags }).reports.length > 0,
    samples: ['x = /^(a+)+$/', String.raw`x = /^(?:\s|a)*\s*$/`, 'x = /a*b?a*$/'],
  },
  'no-unbounded-normalisation': {
    message: 'normalForm() normalises, and refuses texts that are too long.',
    files: SERVER,
    except: ['src/http/text/normal-form.ts'],
    selectors: ['CallExpression[callee.property.name=normalize]'],
    samples: ["text.normalize('NFC')"],
  },
};

const asEslintRule = ({ message, selectors, matches = () => true }) => ({
  create(context) {
    const report = (node) => matches(node) && context.report({ node, message });
    return Object.fromEntries(selectors.map((selector) => [selector, report]));
  },
});

const plugin = {
  rules: Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, asEslintRule(rule)])),
};

module.exports = {
  plugin,
  samples: Object.entries(rules).map(([name, { samples }]) => [`latchkey/${name}`, samples]),
  configs: Object.entries(rules).map(([name, { files, except = [] }]) => ({
    files,
    ignores: ['**/*.spec.ts', ...except],
    plugins: { latchkey: plugin },
    rules: { [`latchkey/${name}`]: 'error' },
  })),
};
