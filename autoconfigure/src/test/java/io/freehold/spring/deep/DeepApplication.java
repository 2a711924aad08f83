package io.freehold.spring.deep;

import java.io.IOException;
import java.util.Objects;

import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The application that is put to deep requests, in a process of its own. It writes a line
 * with its server and its port, and ends with its standard input.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ DeepController.class, Calls.class, Findings.class })
class DeepApplication {

	public static void main(String[] arguments) {
		Thread.ofPlatform().daemon().name("input").start(DeepApplication::endWithInput);
		var context = new SpringApplicationBuilder(DeepApplication.class).bannerMode(Banner.Mode.OFF).run(arguments);
		WebServer server = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
		System.out.println("started " + server.getClass().getSimpleName() + " " + server.getPort());
	}

	private static void endWithInput() {
		try {
			while (System.in.read() != -1) {
				// only its end counts
			}
		}
		catch (IOException ex) {
			// as good as its end
		}
		Runtime.getRuntime().halt(1);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@Import(SessionController.class)
	static class Sessions {

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@Import(FatalController.class)
	static class Fatal {

	}

}
