resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 443
  protocol          = "HTTPS"

  default_action {
    type  = "jwt-validation"
    order = 1
    jwt_validation {
      issuer        = "https://id.example.com"
      jwks_endpoint = "https://id.example.com/jwks.json"
      additional_claim {
        name   = "aud"
        format = "string-array"
        values = ["parcels"]
      }
      additional_claim {
        name   = "scope"
        format = "space-separated-values"
        values = ["read"]
      }
    }
  }
  default_action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.shop.arn
  }
}

resource "aws_lb_listener_rule" "office" {
  listener_arn = aws_lb_listener.https.arn

  action {
    type = "authenticate-cognito"
    authenticate_cognito {
      user_pool_arn       = aws_cognito_user_pool.office.arn
      user_pool_client_id = aws_cognito_user_pool_client.office.id
      user_pool_domain    = aws_cognito_user_pool_domain.office.domain
      session_timeout     = 3600
    }
  }
  condition {
    path_pattern {
      values = ["/office/*"]
    }
  }
}
