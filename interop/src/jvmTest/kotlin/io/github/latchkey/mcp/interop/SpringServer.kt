package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.test.TokenInfo
import io.github.latchkey.mcp.test.TokenIntrospector
import org.springframework.boot.SpringApplication
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.core.annotation.Order
import org.springframework.security.config.Customizer
import org.springframework.security.config.annotation.web.builders.HttpSecurity
import org.springframework.security.core.userdetails.User
import org.springframework.security.core.userdetails.UserDetailsService
import org.springframework.security.oauth2.core.AuthorizationGrantType
import org.springframework.security.oauth2.core.ClientAuthenticationMethod
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings
import org.springframework.security.provisioning.InMemoryUserDetailsManager
import org.springframework.security.web.SecurityFilterChain
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint
import java.time.Duration

/**
 * Spring Authorization Server as its documentation sets it up: no registration, no `iss`, a login page and a consent page. Its clients are
 * [PUBLIC_CLIENT], [REFUSED_CLIENT] and [CONFIDENTIAL_CLIENT]; the last gets refresh tokens, which are rotated, and access tokens that last [TOKEN_SECONDS].
 */
class SpringServer private constructor(
    private val application: ServletWebServerApplicationContext,
) : TokenIntrospector,
    AutoCloseable {
    private val authorizations = application.getBean(OAuth2AuthorizationService::class.java)

    val issuer: String = "http://127.0.0.1:${application.webServer.port}"

    /** Looks into the server, which has no notion of resources: its tokens are for whoever takes them. */
    override fun introspect(token: String): TokenInfo? {
        val authorization = authorizations.findByToken(token, OAuth2TokenType.ACCESS_TOKEN) ?: return null
        if (authorization.accessToken?.isActive != true) return null
        return TokenInfo(authorization.registeredClientId, authorization.accessToken.token.scopes)
    }

    override fun close() = application.close()

    companion object {
        const val PUBLIC_CLIENT = "an-app"
        const val REFUSED_CLIENT = "another-app"
        const val CONFIDENTIAL_CLIENT = "a-service"
        const val SECRET = "s3cret&of=the service"
        const val USER = "ann"
        const val PASSWORD = "ann's password"
        const val TOKEN_SECONDS = 2L

        fun start(): SpringServer {
            val application = SpringApplication(SpringConfiguration::class.java)
            application.setLogStartupInfo(false)
            application.setDefaultProperties(
                mapOf(
                    "server.address" to "127.0.0.1",
                    "server.port" to "0",
                    "spring.main.banner-mode" to "off",
                    "logging.level.root" to "warn",
                    "spring.main.register-shutdown-hook" to "false",
                ),
            )
            return SpringServer(application.run() as ServletWebServerApplicationContext)
        }
    }
}

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
internal class SpringConfiguration {
    @Bean
    @Order(1)
    fun authorizationServer(http: HttpSecurity): SecurityFilterChain {
        val configurer = OAuth2AuthorizationServerConfigurer.authorizationServer()
        http.securityMatcher(configurer.endpointsMatcher)
        http.with(configurer, Customizer.withDefaults())
        http.authorizeHttpRequests { it.anyRequest().authenticated() }
        http.exceptionHandling { it.authenticationEntryPoint(LoginUrlAuthenticationEntryPoint("/login")) }
        return http.build()
    }

    @Bean
    @Order(2)
    fun pages(http: HttpSecurity): SecurityFilterChain =
        http.authorizeHttpRequests { it.anyRequest().authenticated() }.formLogin(Customizer.withDefaults()).build()

    @Bean
    fun users(): UserDetailsService =
        InMemoryUserDetailsManager(User.withUsername(SpringServer.USER).password("{noop}" + SpringServer.PASSWORD).roles("USER").build())

    @Bean
    fun authorizations(): OAuth2AuthorizationService = InMemoryOAuth2AuthorizationService()

    @Bean
    fun clients(): RegisteredClientRepository {
        val apps =
            listOf(SpringServer.PUBLIC_CLIENT, SpringServer.REFUSED_CLIENT).map {
                client(it).clientAuthenticationMethod(ClientAuthenticationMethod.NONE).build()
            }
        val service =
            client(SpringServer.CONFIDENTIAL_CLIENT)
                .clientSecret("{noop}" + SpringServer.SECRET)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        return InMemoryRegisteredClientRepository(apps + service.build())
    }

    // Any port of a loopback address will do (RFC 8252 §7.3).
    private fun client(id: String): RegisteredClient.Builder =
        RegisteredClient
            .withId(id)
            .clientId(id)
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .redirectUri("http://127.0.0.1/callback")
            .scope("tools:read")
            .scope("tools:write")
            .clientSettings(ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(true).build())
            .tokenSettings(
                TokenSettings
                    .builder()
                    .accessTokenFormat(OAuth2TokenFormat.REFERENCE)
                    .accessTokenTimeToLive(Duration.ofSeconds(SpringServer.TOKEN_SECONDS))
                    .reuseRefreshTokens(false)
                    .build(),
            )
}
