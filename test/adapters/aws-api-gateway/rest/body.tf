resource "aws_apigatewayv2_api" "labels" {
  name          = "labels"
  protocol_type = "HTTP"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "labels", version = "1" }
    paths = {
      "/labels" = {
        get  = { security = [{ tokens = [] }], responses = {} }
        post = { responses = {} }
      }
    }
    components = {
      securitySchemes = {
        tokens = {
          type = "oauth2"
          "x-amazon-apigateway-authorizer" = {
            type             = "jwt"
            identitySource   = "$request.header.Authorization"
            jwtConfiguration = { issuer = "https://id.example.com", audience = ["labels"] }
          }
        }
      }
    }
  })
}
