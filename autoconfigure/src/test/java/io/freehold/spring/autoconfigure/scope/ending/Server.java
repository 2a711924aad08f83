package io.freehold.spring.autoconfigure.scope.ending;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.freehold.spring.AllocatorTree;
import io.freehold.spring.autoconfigure.scope.SessionClient;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with its server, and a client of it.
 */
final class Server implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final int port;

	private final AllocatorTree tree;

	private final SessionClient client;

	private Server(ConfigurableApplicationContext context) {
		this.context = context;
		this.port = webServer().getPort();
		this.tree = context.getBean(AllocatorTree.class);
		this.client = new SessionClient(this.port);
	}

	static Server start(Class<?> application, WebApplicationType type, List<String> properties, String... more) {
		return new Server(new SpringApplicationBuilder(application).web(type)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false)
			.properties(properties.toArray(new String[0]))
			.properties(more)
			.properties("server.port=0", "spring.jmx.enabled=false")
			.run());
	}

	WebServer webServer() {
		return Objects.requireNonNull(((WebServerApplicationContext) this.context).getWebServer());
	}

	AllocatorTree tree() {
		return this.tree;
	}

	SessionClient client() {
		return this.client;
	}

	Desk desk() {
		return this.context.getBean(Desk.class);
	}

	/** Ends the application on another thread, and returns when that has begun. */
	CompletableFuture<Void> shutDown() {
		CompletableFuture<Void> end = new CompletableFuture<>();
		Thread.ofPlatform().name("shutdown").start(() -> {
			try {
				this.context.close();
				end.complete(null);
			}
			catch (RuntimeException | Error ex) {
				end.completeExceptionally(ex);
			}
		});
		return end;
	}

	boolean refusesConnections() {
		try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	@Override
	public void close() {
		this.client.close();
		this.context.close();
	}

}
