module example.com/gateway

go 1.24.0

toolchain go1.24.4

require (
	github.com/coreos/go-oidc/v3 v3.11.0
	github.com/golang-jwt/jwt/v5 v5.2.1
	golang.org/x/oauth2 v0.24.0
)

require (
	github.com/go-jose/go-jose/v4 v4.0.4 // indirect
	golang.org/x/crypto v0.31.0 // indirect
)
