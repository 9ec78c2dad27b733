SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  // Otherwise Swagger UI sends this site's address to a validator on the internet.
  validatorUrl: null,
  // Swagger UI brings a <main> of its own, and a page may have only one.
  onComplete: () => document.querySelector('#swagger-ui main')?.setAttribute('role', 'group'),
});
