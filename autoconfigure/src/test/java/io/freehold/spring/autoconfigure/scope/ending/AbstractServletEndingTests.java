package io.freehold.spring.autoconfigure.scope.ending;

import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The rows of servlet applications.
 */
abstract class AbstractServletEndingTests extends AbstractEndingTests {

	private static final List<Scope> SCOPES = List.of(Scope.REQUEST, Scope.SESSION, Scope.THREAD, Scope.TRANSACTION,
			Scope.METHOD);

	AbstractServletEndingTests(String excludedServer, boolean virtualThreads) {
		super(Application.class, WebApplicationType.SERVLET, SCOPES, List
			.of("spring.autoconfigure.exclude=" + excludedServer, "spring.threads.virtual.enabled=" + virtualThreads));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ EndingController.class, Scopes.class, Scopes.Calls.class, Desk.class })
	static class Application {

	}

}
