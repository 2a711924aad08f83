package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.scope.MissingScopeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Reactor Netty is shut down while requests are in flight.
 */
class ReactiveRequestShutdownTests {

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Await.DEADLINE).build();

	@AfterEach
	void closeClient() {
		this.client.shutdownNow();
	}

	@Test
	void whenServerIsShutDownAtOnceShouldRevokeMemoryOfRequestsInFlight() throws IOException, InterruptedException {
		ConfigurableApplicationContext context = start("immediate");
		AllocatorTree tree = context.getBean(AllocatorTree.class);
		ReactiveRequestController controller = context.getBean(ReactiveRequestController.class);
		try (context) {
			HttpResponse<InputStream> response = this.client.send(request(context, "/endless"),
					BodyHandlers.ofInputStream());
			assertThat(response.body().readNBytes(9)).asString(StandardCharsets.US_ASCII).isEqualTo("data:42\n\n");
			assertThat(tree.get("request").stats().openRegions()).isOne();
		}
		assertNothingIsLeft(tree, controller, "first");
	}

	@Test
	void whenServerIsShutDownGracefullyShouldKeepMemoryUntilTheLastRequestIsComplete() {
		ConfigurableApplicationContext context = start("graceful");
		AllocatorTree tree = context.getBean(AllocatorTree.class);
		ReactiveRequestController controller = context.getBean(ReactiveRequestController.class);
		CompletableFuture<HttpResponse<String>> response = this.client.sendAsync(request(context, "/held/7"),
				BodyHandlers.ofString());
		Await.until(() -> controller.blocks.containsKey("held7"));
		CompletableFuture<Void> shutdown = CompletableFuture.runAsync(context::close);
		int port = port(context);
		Await.until(() -> refusesConnections(port));
		assertThat(tree.root().isOpen()).isTrue();
		controller.gate.get().tryEmitValue("go ").orThrow();
		assertThat(response.join().body()).isEqualTo("go 7");
		shutdown.join();
		assertNothingIsLeft(tree, controller, "held7");
	}

	private static void assertNothingIsLeft(AllocatorTree tree, ReactiveRequestController controller, String name) {
		assertThat(tree.root().isClosed()).isTrue();
		assertThat(tree.root().budget().used()).isZero();
		MemorySegment block = controller.blocks.getOrDefault(name, MemorySegment.NULL);
		assertThat(block.scope().isAlive()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_INT, 0));
		for (Allocator kept : controller.allocators) {
			// the latter if the request does not know yet that it is over
			assertThatException().isThrownBy(() -> kept.allocate(ReactiveRequestController.LAYOUT))
				.isInstanceOfAny(MissingScopeException.class, AllocationException.class);
		}
	}

	private static HttpRequest request(ConfigurableApplicationContext context, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port(context) + path))
			.timeout(Await.DEADLINE)
			.build();
	}

	private static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private static boolean refusesConnections(int port) {
		try (Socket socket = new Socket("localhost", port)) {
			return !socket.isConnected();
		}
		catch (IOException ex) {
			return true;
		}
	}

	private static ConfigurableApplicationContext start(String shutdown) {
		return new SpringApplicationBuilder(AbstractReactiveRequestServerTests.Application.class)
			.web(WebApplicationType.REACTIVE)
			.run("--server.port=0", "--server.shutdown=" + shutdown, "--freehold.allocators.image-cache.limit=1MB",
					"--spring.autoconfigure.exclude=org.springframework.boot.tomcat.autoconfigure.reactive"
							+ ".TomcatReactiveWebServerAutoConfiguration");
	}

}
