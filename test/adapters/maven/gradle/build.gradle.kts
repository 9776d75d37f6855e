plugins {
    id("io.micronaut.application") version "4.4.4"
}

dependencies {
    implementation("io.micronaut.security:micronaut-security-jwt")
    implementation("com.auth0:jwks-rsa:0.22.1")
    testImplementation("org.junit.jupiter:junit-jupiter")
}
