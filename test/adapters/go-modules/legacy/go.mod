module example.com/legacy

go 1.16

require github.com/dgrijalva/jwt-go v3.2.0+incompatible

exclude github.com/golang-jwt/jwt v3.2.1+incompatible
