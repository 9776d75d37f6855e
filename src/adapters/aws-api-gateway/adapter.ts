import type { ConfigSubject } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import { settings } from './settings.ts';
import { openApiAuthorizersOf, openApiRoutesOf } from './gateway-openapi.ts';
import { authorizersOf, routesOf } from './gateway-resources.ts';
import { samAuthorizersOf, samRoutesOf } from './gateway-sam.ts';
import { scopeOf } from '../infrastructure.ts';

/** Reads authorizers of HTTP and REST APIs and the routes that they guard. */
export const adapter: Adapter = {
  id: 'aws-api-gateway',
  title: 'Amazon API Gateway',
  role: 'gateway',
  reads:
    'Authorizers and routes in Terraform (HCL and JSON), CloudFormation, SAM and CDK output, and in OpenAPI descriptions with `x-amazon-apigateway-authorizer`.',
  assumes: [
    'What a Lambda authorizer checks is in its code; only how long its answer is kept is seen.',
    'Values of variables, parameters and other expressions are not computed: they are unknown.',
    'An authorizer that refers to a user pool of the same module or template takes the tokens of that pool.',
    'Routes that answer preflight requests (OPTIONS) are passed over.',
  ],
  sources: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer-keys.html',
    'https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html',
  ],
  settings,
  examples: [
    {
      file: 'template.yaml',
      text: `Transform: AWS::Serverless-2016-10-31
Resources:
  OrdersApi:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Tokens
        Authorizers:
          Tokens:
            IdentitySource: $request.header.Authorization
            JwtConfiguration:
              issuer: https://id.example.com
              audience: [orders]
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Health:
          Type: HttpApi
          Properties: { ApiId: !Ref OrdersApi, Path: /health, Method: get, Auth: { Authorizer: NONE } }
`,
    },
  ],
  mayHold: (_file, text) =>
    /aws_apigatewayv2_|aws_api_gateway_|AWS::ApiGateway|AWS::Serverless::|x-amazon-apigateway-authorizer/.test(text),
  recognise: (document) => readDocument(document).length > 0,
  read: readDocument,
  join: dropUnguarded,
};

/** Where a module or template has no authorizer at all, its functions may ask for tokens themselves: no word on routes. */
function dropUnguarded(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const guarded = new Set(subjects.filter(({ kind }) => kind === 'verifier').map(({ file }) => scopeOf(file)));
  return subjects.filter(({ kind, file }) => kind !== 'route' || guarded.has(scopeOf(file)));
}

function readDocument(document: ConfigDocument): readonly ConfigSubject[] {
  const verifiers = [...authorizersOf(document), ...samAuthorizersOf(document), ...openApiAuthorizersOf(document)];
  const routes = [...routesOf(document), ...samRoutesOf(document), ...openApiRoutesOf(document)];
  return [...verifiers, ...routes];
}
