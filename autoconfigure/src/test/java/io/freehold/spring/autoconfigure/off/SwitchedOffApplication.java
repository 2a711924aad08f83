package io.freehold.spring.autoconfigure.off;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Runs an application with everything in it, and tells what there is of Freehold while it
 * handles requests.
 */
final class SwitchedOffApplication {

	static final String FOUND = "found of Freehold: ";

	private SwitchedOffApplication() {
	}

	public static void main(String[] arguments) throws IOException, InterruptedException {
		WebApplicationType type = WebApplicationType.valueOf(arguments[0]);
		TreeSet<String> found = new TreeSet<>();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.threads.virtual.enabled=true",
					"management.endpoints.web.exposure.include=*", "freehold.enabled=" + arguments[1],
					"freehold.allocators.image-cache.limit=1MB",
					"spring.autoconfigure.exclude="
							+ "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration")
			.run()) {
			request(context, "/hello");
			request(context, "/actuator/health");
			beans(context, found);
			context.getBean(MeterRegistry.class)
				.getMeters()
				.forEach((meter) -> add(found, "meter", meter.getId().getName(), "freehold."));
			context.getBean(PathMappedEndpoints.class)
				.getAllPaths()
				.forEach((path) -> add(found, "endpoint", path.substring(path.lastIndexOf('/') + 1), "allocators"));
			Thread.getAllStackTraces().keySet().forEach((thread) -> add(found, "thread", thread.getName(), "freehold"));
		}
		System.out.println(FOUND + found);
		System.exit(0);
	}

	private static void add(Set<String> found, String kind, String name, String mark) {
		if (name.startsWith(mark)) {
			found.add(kind + " " + name);
		}
	}

	private static void beans(ApplicationContext context, Set<String> found) {
		for (String name : context.getBeanDefinitionNames()) {
			Class<?> type = context.getType(name);
			String typeName = (type != null) ? type.getName() : "";
			if ((typeName.startsWith("io.freehold.") && !typeName.startsWith(SwitchedOffApplication.class.getName()))
					|| name.toLowerCase(Locale.ROOT).matches(".*(allocator|memoryfilter).*")) {
				found.add("bean " + name);
			}
		}
	}

	private static void request(ApplicationContext context, String path) throws IOException, InterruptedException {
		String port = Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port"));
		try (HttpClient client = HttpClient.newHttpClient()) {
			int status = client
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
						BodyHandlers.discarding())
				.statusCode();
			if (status != 200) {
				throw new IllegalStateException(path + ": " + status);
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	static class Application {

		@RestController
		static class Greeting {

			@GetMapping("/hello")
			Map<String, List<String>> hello() {
				return Map.of("hello", List.of("world"));
			}

		}

	}

}
