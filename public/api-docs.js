/** What Swagger UI shows otherwise here. */
const Adjustments = ({ React }) => ({
  wrapComponents: {
    // The browser sends the session cookie by itself: a lock to enter it by hand would do nothing.
    authorizeOperationBtn: () => () => React.createElement('span', { className: 'closed' }, 'log in first'),
    // A link inside of a button; the button changes the address as well.
    DeepLink:
      () =>
      ({ text }) =>
        React.createElement('span', null, text),
    TextArea: (Original) => (props) =>
      React.createElement(Original, { 'aria-label': 'Request body', ...props }),
  },
});

// Swagger UI has colours for the dark, behind a class.
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

SwaggerUIBundle({
  url: new URL('../api/openapi.json', import.meta.url).href,
  dom_id: '#swagger-ui',
  plugins: [Adjustments],
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
  // Otherwise Swagger UI sends this site's address to a validator on the internet.
  validatorUrl: null,
  // Swagger UI brings a <main> and an <h1> of its own, and a page may have only one of each.
  onComplete: () => {
    document.querySelector('#swagger-ui main')?.setAttribute('role', 'group');
    document.querySelector('#swagger-ui h1')?.setAttribute('aria-level', '2');
  },
});
