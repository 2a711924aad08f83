package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.freehold.AllocationException.Reason;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The memory of sessions on a real server. In the end every session is over, however it
 * came to that, and nothing is left.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		classes = AbstractSessionAllocatorServerTests.Application.class,
		properties = { "freehold.scopes.session.limit=4KB", "freehold.scopes.session.max-instances=100",
				"freehold.scopes.session.limit-per-instance=1KB" })
abstract class AbstractSessionAllocatorServerTests {

	private final List<SessionClient> clients = new ArrayList<>();

	final SessionController controller;

	private final Sessions sessions;

	final ManagedAllocator allocator;

	private long opened;

	private final int port;

	private final SessionClient client;

	AbstractSessionAllocatorServerTests(SessionController controller, Sessions sessions, AllocatorTree tree, int port) {
		this.controller = controller;
		this.sessions = sessions;
		this.allocator = tree.get("session");
		this.port = port;
		this.client = newClient();
	}

	private SessionClient newClient() {
		SessionClient client = new SessionClient(this.port);
		this.clients.add(client);
		return client;
	}

	@BeforeEach
	void begin() {
		this.controller.blocks.clear();
		this.controller.entered = new CountDownLatch(1);
		this.controller.mayGoOn = new CountDownLatch(1);
		this.opened = this.allocator.stats().regionsOpened();
	}

	/** Ends the sessions that a test has left, and looks that nothing is left of them. */
	@AfterEach
	void nothingIsLeft() {
		this.controller.mayGoOn.countDown();
		this.clients.forEach((client) -> client.get("/invalidate"));
		this.clients.forEach(SessionClient::close);
		verifyNothingIsLeft();
	}

	final void verifyNothingIsLeft() {
		Await.until(() -> this.allocator.stats().openRegions() == 0);
		assertThat(this.allocator.budget().used()).isZero();
		assertThat(this.allocator.stats().liveBlocks()).isZero();
		assertThat(this.allocator.stats().leakedBlocks()).isZero();
		assertThat(this.allocator.children()).isEmpty();
		this.controller.blocks.forEach((name, block) -> assertDead(block));
	}

	static void assertDead(MemorySegment block) {
		assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_INT, 0));
	}

	final MemorySegment block(String name) {
		return this.controller.blocks.getOrDefault(name, MemorySegment.NULL);
	}

	private long opened() {
		return this.allocator.stats().regionsOpened() - this.opened;
	}

	@Test
	void whenSessionLastsShouldKeepMemoryBetweenRequests() {
		assertThat(get("/take/first?value=7")).isEqualTo("7");
		assertThat(get("/read/first")).isEqualTo("7");
		assertThat(get("/take/second")).isEqualTo("42");
		assertThat(opened()).isOne();
		assertThat(this.allocator.budget().used()).isEqualTo(2 * SessionController.LAYOUT.size());
	}

	@Test
	void whenMemoryIsNotUsedShouldOpenNothing() {
		assertThat(get("/nothing")).isEqualTo("nothing");
		assertThat(opened()).isZero();
	}

	@Test
	void whenBlockIsFreedShouldGiveItBackAtOnce() {
		get("/take/first");
		assertThat(get("/free/first")).isEqualTo("freed");
		assertThat(this.allocator.budget().used()).isZero();
	}

	@Test
	void whenSessionIsInvalidatedShouldFreeItsMemory() {
		get("/take/first");
		assertThat(get("/invalidate")).isEqualTo("invalidated");
		verifyNothingIsLeft();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/take-invalidate-take", "/take-invalidate-take-later" })
	void whenSessionIsInvalidatedInMidRequestShouldBeginAnother(String path) {
		assertThat(get(path)).isEqualTo("2");
		assertDead(block("before"));
		assertThat(opened()).isEqualTo(2);
	}

	@Test
	void whenSessionChangesItsIdShouldKeepItsMemory() {
		get("/take/first?value=7");
		get("/change-id");
		assertThat(get("/read/first")).isEqualTo("7");
		assertThat(get("/change-id-and-take/second")).isEqualTo("42");
		get("/take/third");
		assertThat(opened()).isOne();
		assertThat(get("/invalidate")).isEqualTo("invalidated");
		verifyNothingIsLeft();
	}

	@Test
	void whenRequestIsHandedOnShouldFindTheSession() {
		get("/take/first?value=7");
		assertThat(get("/take-later/second")).isEqualTo("42");
		assertThat(get("/read/first")).isEqualTo("7");
		assertThat(opened()).isOne();
	}

	@Test
	void whenRequestsOfOneSessionRunAtOnceShouldShareItsMemory() {
		get("/take/first");
		List<CompletableFuture<String>> responses = new ArrayList<>();
		for (int i = 0; i < 15; i++) {
			responses.add(this.client.getAsync("/take/at-once-" + i));
		}
		responses.forEach((response) -> assertThat(response.join()).isEqualTo("42"));
		assertThat(opened()).isOne();
		assertThat(this.allocator.budget().used()).isEqualTo(16 * SessionController.LAYOUT.size());
	}

	@ParameterizedTest
	@ValueSource(strings = { "/take-wait/waiting", "/stream-wait/waiting" })
	void whenSessionIsInvalidatedByAnotherRequestShouldFreeItsMemoryAtOnce(String path) throws Exception {
		get("/take/first");
		CompletableFuture<?> response = this.client.getAsync(path);
		this.controller.entered.await();
		get("/invalidate");
		assertDead(block("waiting"));
		assertThat(this.allocator.budget().used()).isZero();
		this.controller.mayGoOn.countDown();
		response.exceptionally((failure) -> null).join();
	}

	@Test
	void whenOneSessionWantsMoreThanItsLimitShouldBeRefused() {
		for (int i = 0; i < 16; i++) {
			assertThat(get("/take/block-" + i)).isEqualTo("42");
		}
		assertThat(this.client.status("/take/too-much")).isEqualTo(503);
		assertThat(this.allocator.budget().used()).isEqualTo(1024);
		assertThat(newClient().get("/take/other")).isEqualTo("42");
	}

	@Test
	void whenClientsSendNoCookiesShouldStayBelowTheLimitOfAll() {
		long refused = this.allocator.stats().failures(Reason.LIMIT_EXCEEDED);
		int served = 0;
		for (int i = 0; i < 80; i++) {
			try (SessionClient forgetful = new SessionClient(this.port)) {
				served += (forgetful.status("/take/forgotten-" + i) == 200) ? 1 : 0;
			}
		}
		assertThat(served).isEqualTo(64);
		assertThat(this.allocator.budget().used()).isEqualTo(4096);
		assertThat(this.allocator.stats().failures(Reason.LIMIT_EXCEEDED) - refused).isEqualTo(16);
		this.sessions.all.forEach(HttpSession::invalidate);
	}

	@Test
	void whenSessionExpiresShouldFreeItsMemory() {
		get("/take/first");
		get("/expire/1");
		Await.until(() -> {
			lookForExpiredSessions();
			return this.allocator.stats().openRegions() == 0;
		});
		assertDead(block("first"));
		assertThat(get("/take/second")).isEqualTo("42");
	}

	/** Has the container do what it does from time to time. */
	abstract void lookForExpiredSessions();

	@Test
	void whenResponseIsCommittedShouldSayThatNoSessionCanBegin() {
		assertThat(get("/take-late")).startsWith("committed sessionAllocator: there is no session scope on thread '")
			.contains("use it before the response is committed");
	}

	private String get(String path) {
		return this.client.get(path);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ SessionController.class, Sessions.class })
	static class Application {

	}

	/** The sessions that there are. */
	static class Sessions implements HttpSessionListener {

		final Set<HttpSession> all = ConcurrentHashMap.newKeySet();

		@Override
		public void sessionCreated(HttpSessionEvent event) {
			this.all.add(event.getSession());
		}

		@Override
		public void sessionDestroyed(HttpSessionEvent event) {
			this.all.remove(event.getSession());
		}

	}

}
