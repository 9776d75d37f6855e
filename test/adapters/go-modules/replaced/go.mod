module example.com/reports

go 1.23

require (
	github.com/MicahParks/keyfunc/v3 v3.7.0
	github.com/golang-jwt/jwt/v4 v4.4.0 // v5 needs a new parser
	github.com/lestrrat-go/jwx/v2 v2.1.3
)

replace github.com/golang-jwt/jwt/v4 v4.4.0 => github.com/golang-jwt/jwt/v4 v4.5.2

replace github.com/lestrrat-go/jwx/v2 => ../jwx
