package io.freehold.spring.undeploy.app;

import java.util.Objects;
import java.util.function.IntConsumer;

import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * The application. It has work going on in the background from its start to its end.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableScheduling
@Import({ UndeployController.class, Background.class, Calls.class, NoTransactions.class })
public class UndeployApplication extends SpringBootServletInitializer {

	@Override
	protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
		return setUp(builder, UndeployApplication.class);
	}

	/**
	 * Starts the application with a server of its own.
	 * @param port is told the port of the server
	 * @return what closes the application
	 */
	public static AutoCloseable start(IntConsumer port) {
		return start(UndeployApplication.class, port, true);
	}

	/**
	 * Starts an application that does not use Freehold.
	 * @param port is told the port of its server
	 * @return what closes it
	 */
	public static AutoCloseable startBare(IntConsumer port) {
		return start(Bare.class, port, false);
	}

	private static AutoCloseable start(Class<?> application, IntConsumer port, boolean freehold) {
		// the hooks of Spring Boot stay in the JVM, and keep the class loader
		ConfigurableApplicationContext context = setUp(new SpringApplicationBuilder(), application)
			.registerShutdownHook(false)
			.run("--server.port=0", "--logging.register-shutdown-hook=false", "--freehold.enabled=" + freehold);
		WebServer server = ((WebServerApplicationContext) context).getWebServer();
		port.accept(Objects.requireNonNull(server).getPort());
		return context;
	}

	private static SpringApplicationBuilder setUp(SpringApplicationBuilder builder, Class<?> application) {
		return builder.sources(application)
			.bannerMode(Banner.Mode.OFF)
			.properties("freehold.allocators.images.limit=1MB", "freehold.pooled.purge-delay=100ms",
					"management.endpoints.web.exposure.include=health,allocators,metrics", "spring.jmx.enabled=false",
					"logging.level.root=warn");
	}

	/** Uses all of Spring that the application does. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@Import({ Calls.class, NoTransactions.class })
	static class Bare {

	}

}
