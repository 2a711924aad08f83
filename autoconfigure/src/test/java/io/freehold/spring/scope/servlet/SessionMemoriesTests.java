package io.freehold.spring.scope.servlet;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.autoconfigure.scope.Await;
import io.freehold.spring.scope.MissingScopeException;

import jakarta.servlet.http.HttpSessionEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.RepeatedTest;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What becomes of the memory of sessions when things happen at the same time, or in an
 * order that is seldom seen.
 */
class SessionMemoriesTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("pooled"), (spec) -> {
	});

	private final SessionMemories memories = new SessionMemories(this.root, Duration.ofHours(1));

	private final SessionMemoryFilter filter = new SessionMemoryFilter(this.memories);

	private final Allocator allocator = this.filter.allocator("sessionAllocator");

	private final MockHttpSession session = new MockHttpSession();

	@AfterEach
	void nothingIsLeft() {
		this.memories.close();
		assertThat(this.root.stats().regionsOpened()).isEqualTo(this.root.stats().regionsClosed());
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.root.stats().leakedBlocks()).isZero();
		this.root.close();
	}

	private MockHttpServletRequest request(MockHttpSession session) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setSession(session);
		request.setRequestedSessionId(session.getId());
		return request;
	}

	private void request(Runnable handler) {
		request(this.session, handler);
	}

	private void request(MockHttpSession session, Runnable handler) {
		try {
			this.filter.doFilter(request(session), new MockHttpServletResponse(), (_, _) -> handler.run());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenThereIsNoRequestShouldNameMissingScope() {
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> this.allocator.allocate(LAYOUT))
			.withMessageStartingWith("sessionAllocator: there is no session scope on thread '")
			.withMessageContaining("use it while a web request is handled");
	}

	@Test
	void whenContainerAppendsNameOfNodeShouldFindTheSession() {
		request(() -> this.allocator.allocate(LAYOUT));
		assertThat(this.memories.find(this.session.getId() + ".node0")).isNotNull();
		assertThat(this.memories.find("other.node0")).isNull();
	}

	@Test
	void whenSessionIsDestroyedTwiceShouldFreeOnce() {
		MemorySegment[] block = new MemorySegment[1];
		request(() -> block[0] = this.allocator.allocate(LAYOUT));
		HttpSessionEvent event = new HttpSessionEvent(this.session);
		this.memories.sessionDestroyed(event);
		this.memories.sessionDestroyed(event);
		assertThat(this.root.stats().regionsClosed()).isOne();
		assertThatIllegalStateException().isThrownBy(() -> block[0].fill((byte) 1));
	}

	@Test
	void whenIdChangesToOneThatHasMemoryShouldKeepBothUntilTheSessionEnds() {
		MockHttpSession other = new MockHttpSession();
		MemorySegment[] blocks = new MemorySegment[2];
		request(() -> blocks[0] = this.allocator.allocate(LAYOUT));
		request(other, () -> blocks[1] = this.allocator.allocate(LAYOUT));
		this.memories.sessionIdChanged(new HttpSessionEvent(other), this.session.getId());
		blocks[0].fill((byte) 1);
		blocks[1].fill((byte) 1);
		this.memories.sessionDestroyed(new HttpSessionEvent(other));
		assertThat(blocks[0].scope().isAlive()).isFalse();
		assertThat(blocks[1].scope().isAlive()).isFalse();
	}

	@Test
	void whenSessionEndsBeforeTheRequestThatBeganItShouldLeaveNothing() {
		request(() -> {
			this.allocator.allocate(LAYOUT);
			// nobody tells
			this.session.invalidate();
		});
		assertThat(this.root.stats().openRegions()).isZero();
	}

	@Test
	void whenClosedWithSessionsShouldFreeThem() {
		request(() -> this.allocator.allocate(LAYOUT));
		request(new MockHttpSession(), () -> this.allocator.allocate(LAYOUT));
		this.memories.close();
		assertThat(this.root.budget().used()).isZero();
		assertThat(this.root.stats().regionsClosed()).isEqualTo(2);
	}

	@RepeatedTest(20)
	void whenRequestsRaceWithEndsAndChangesOfIdShouldLeaveNothing() {
		int requests = 16;
		CountDownLatch start = new CountDownLatch(1);
		CompletableFuture<?>[] all = new CompletableFuture<?>[requests];
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < requests; i++) {
				int number = i;
				all[i] = CompletableFuture.runAsync(() -> {
					await(start);
					request(() -> use(number));
				}, executor);
			}
			start.countDown();
			CompletableFuture.allOf(all).join();
		}
		this.memories.sessionDestroyed(new HttpSessionEvent(this.session));
		// of those that changed the id, and were followed by nobody
		this.memories.close();
		assertThat(this.root.stats().openRegions()).isZero();
	}

	private void use(int number) {
		try {
			MemorySegment block = this.allocator.allocate(LAYOUT);
			switch (number % 8) {
				case 3 -> this.memories.sessionDestroyed(new HttpSessionEvent(this.session));
				case 5 -> {
					String old = this.session.getId();
					this.session.changeSessionId();
					this.memories.sessionIdChanged(new HttpSessionEvent(this.session), old);
				}
				default -> this.allocator.deallocate(block, LAYOUT);
			}
		}
		catch (IllegalStateException ex) {
			// the session ended meanwhile, or the block did
		}
		catch (AllocationException ex) {
			assertThat(ex.reason()).isEqualTo(AllocationException.Reason.CLOSED);
		}
	}

	private static void await(CountDownLatch start) {
		try {
			start.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whenOldIdComesWhileTheRequestThatChangedItIsUnderWayShouldKeepMemory() {
		MockHttpServletRequest late = new MockHttpServletRequest();
		late.setRequestedSessionId(this.session.getId());
		request(() -> {
			MemorySegment block = this.allocator.allocate(LAYOUT);
			// nobody tells, as with Spring Session, and the repository knows the new id
			// only
			this.session.changeSessionId();
			try {
				this.filter.doFilter(late, new MockHttpServletResponse(), (_, _) -> {
				});
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			block.fill((byte) 1);
		});
		assertThat(this.root.stats().openRegions()).isOne();
	}

	@Test
	void whenNewIdComesWhileTheRequestThatChangedItIsUnderWayShouldKeepMemoryOfBoth() {
		MemorySegment[] block = new MemorySegment[1];
		request(() -> {
			this.allocator.allocate(LAYOUT);
			this.session.changeSessionId();
			request(this.session, () -> block[0] = this.allocator.allocate(LAYOUT));
		});
		block[0].fill((byte) 1);
	}

	@Test
	void whenIdChangesAgainWhileBothMemoriesAreInUseShouldEndBothWithTheSession() {
		MemorySegment[] blocks = new MemorySegment[2];
		SessionUse older = this.filter.begin(request(this.session));
		blocks[0] = take(older);
		this.session.changeSessionId();
		SessionUse younger = this.filter.begin(request(this.session));
		blocks[1] = take(younger);
		// the older one comes to be known by the new id, and both by the next
		older.dispatchEnds(true);
		this.session.changeSessionId();
		older.dispatchEnds(true);
		younger.dispatchEnds(true);
		older.complete();
		younger.complete();
		blocks[1].fill((byte) 1);
		this.memories.sessionDestroyed(new HttpSessionEvent(this.session));
		for (MemorySegment block : blocks) {
			assertThat(block.scope().isAlive()).isFalse();
		}
		assertThat(this.root.stats().openRegions()).isZero();
	}

	private static MemorySegment take(SessionUse use) {
		return Objects.requireNonNull(use.allocator("sessionAllocator")).allocate(LAYOUT);
	}

	@Test
	void whenRequestLengthensTheIntervalOfItsSessionShouldKeepMemoryThatLong() {
		try (SessionMemories memories = new SessionMemories(this.root, null)) {
			SessionMemoryFilter filter = new SessionMemoryFilter(memories);
			Allocator allocator = filter.allocator("sessionAllocator");
			this.session.setMaxInactiveInterval(60);
			try {
				filter.doFilter(request(this.session), new MockHttpServletResponse(), (_, _) -> {
					allocator.allocate(LAYOUT);
					// as after a login
					this.session.setMaxInactiveInterval(3600);
				});
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			SessionMemory memory = Objects.requireNonNull(memories.find(this.session.getId()));
			assertThat(memory.endsIdle(System.nanoTime() + Duration.ofMinutes(5).toNanos())).isFalse();
		}
	}

	@Test
	void whenSessionFailsToAnswerAtTheEndShouldNotCountTheRequestForEver() {
		MockHttpSession failing = new MockHttpSession() {
			@Override
			public long getCreationTime() {
				throw new UnsupportedOperationException("on purpose");
			}
		};
		try {
			request(failing, () -> this.allocator.allocate(LAYOUT));
		}
		catch (RuntimeException ex) {
			// as it may
		}
		SessionMemory memory = Objects.requireNonNull(this.memories.find(failing.getId()));
		assertThat(memory.endsIdle(System.nanoTime() + Duration.ofHours(2).toNanos())).isTrue();
		memory.end();
	}

	@Test
	void whenThreadOfClockHasDiedShouldFreeIdleSessionsAfterTheNextRequest() throws InterruptedException {
		List<Thread> threads = new CopyOnWriteArrayList<>();
		ThreadFactory factory = (task) -> {
			// the first ends at once
			Thread thread = Thread.ofPlatform().daemon().unstarted(threads.isEmpty() ? () -> {
			} : task);
			threads.add(thread);
			return thread;
		};
		try (SessionMemories memories = new SessionMemories(this.root, Duration.ofMillis(20), factory)) {
			use(memories, this.session);
			assertThat(threads.getFirst().join(Await.DEADLINE)).isTrue();
			assertThat(this.root.stats().openRegions()).isOne();
			use(memories, this.session);
			Await.until(() -> this.root.stats().openRegions() == 0);
			assertThat(memories.find(this.session.getId())).isNull();
		}
	}

	private static void use(SessionMemories memories, MockHttpSession session) {
		SessionMemory memory = memories.retain(session);
		memory.heap().allocate(LAYOUT);
		memory.release();
	}

	@Test
	void whenErrorComesBetweenEndAndFreeShouldBeFreedByTheClock() {
		try (SessionMemories memories = new SessionMemories(this.root, Duration.ofMillis(20))) {
			SessionMemory memory = memories.retain(this.session);
			memory.heap().allocate(LAYOUT);
			memory.idleTimeout(0);
			memory.release();
			assertThat(memory.endsUnused()).isTrue();
			Await.until(() -> this.root.stats().openRegions() == 0);
			Await.until(() -> memories.find(this.session.getId()) == null);
		}
	}

	@Test
	void whenErrorComesBetweenEndAndFreeShouldBeFreedByTheNextRequest() {
		request(() -> this.allocator.allocate(LAYOUT));
		SessionMemory memory = Objects.requireNonNull(this.memories.find(this.session.getId()));
		assertThat(memory.endsUnused()).isTrue();
		request(() -> this.allocator.allocate(LAYOUT));
		assertThat(memory.heap().isClosed()).isTrue();
		assertThat(this.root.stats().openRegions()).isOne();
		assertThat(this.memories.find(this.session.getId())).isNotSameAs(memory);
	}

	@Test
	void whenMemoryIsMissingUnderItsIdShouldBePutThereByTheNextCheck() {
		SessionMemory memory = this.memories.retain(this.session);
		memory.heap().allocate(LAYOUT);
		this.session.changeSessionId();
		SessionMemory younger = this.memories.retain(this.session);
		// as if an error had come between the two steps of a move
		memory.lock().lock();
		memory.id(this.session.getId());
		memory.lock().unlock();
		this.memories.check(memory, this.session);
		assertThat(this.memories.find(this.session.getId())).isSameAs(memory);
		assertThat(younger.follows()).isTrue();
		younger.release();
		memory.release();
		this.memories.end(memory);
		assertThat(younger.heap().isClosed()).isTrue();
	}

	@Test
	void whenRequestBeginsAndItsAttributeCannotBeSetShouldNotCountForEver() {
		request(() -> this.allocator.allocate(LAYOUT));
		MockHttpServletRequest failing = new MockHttpServletRequest() {
			@Override
			public void setAttribute(String name, @Nullable Object value) {
				throw new OutOfMemoryError("on purpose");
			}
		};
		failing.setSession(this.session);
		failing.setRequestedSessionId(this.session.getId());
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> this.filter.doFilter(failing, new MockHttpServletResponse(), (_, _) -> {
			}));
		SessionMemory memory = Objects.requireNonNull(this.memories.find(this.session.getId()));
		assertThat(memory.endsIdle(System.nanoTime() + Duration.ofHours(2).toNanos())).isTrue();
		memory.end();
	}

	@Test
	void whenAsManyHaveMemoryAsMayShouldRefuseOthersUntilOneEnds() {
		try (SessionMemories memories = new SessionMemories(this.root, Duration.ofHours(1), 2)) {
			MockHttpSession other = new MockHttpSession();
			use(memories, this.session);
			use(memories, other);
			use(memories, other);
			long used = this.root.budget().used();
			MockHttpSession third = new MockHttpSession();
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> use(memories, third))
					.withMessageContaining("freehold.scopes.session.max-instances is 2")
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.LIMIT_EXCEEDED));
			}
			assertThat(this.root.budget().used()).isEqualTo(used);
			HttpSessionEvent event = new HttpSessionEvent(other);
			SessionMemory ended = Objects.requireNonNull(memories.find(other.getId()));
			memories.sessionDestroyed(event);
			// once more makes no room
			ended.end();
			use(memories, third);
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> use(memories, other));
		}
	}

	@Test
	void whenHeapCannotBeOpenedShouldNotCountTheSession() {
		ManagedAllocator closed = this.root.child("closed", (spec) -> {
		});
		closed.close();
		try (SessionMemories memories = new SessionMemories(closed, Duration.ofHours(1), 1)) {
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> use(memories, this.session))
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.CLOSED));
			}
		}
	}

	@Test
	void whenManySessionsAreIdleShouldEndFewAtATime() {
		int sessions = 5 * SessionMemories.ENDS_AT_A_TIME;
		try (SessionMemories memories = new SessionMemories(this.root, Duration.ofNanos(1),
				SessionMemoriesTests::idle)) {
			for (int i = 0; i < sessions; i++) {
				use(memories, new MockHttpSession());
			}
			for (int left = sessions; left > 0; left -= SessionMemories.ENDS_AT_A_TIME) {
				assertThat(this.root.stats().openRegions()).isEqualTo(left);
				assertThat(memories.endIdle()).isBetween(10_000_000L, Duration.ofMinutes(1).toNanos());
			}
			assertThat(this.root.stats().openRegions()).isZero();
			assertThat(memories.endIdle()).isEqualTo(20_000_000);
		}
	}

	/** A thread that does nothing. */
	private static Thread idle(Runnable task) {
		return Thread.ofVirtual().unstarted(() -> {
		});
	}

	@Test
	void whenNoSessionHasMemoryShouldHaveNoThread() throws InterruptedException {
		List<Thread> threads = new CopyOnWriteArrayList<>();
		ThreadFactory factory = (task) -> {
			Thread thread = Thread.ofPlatform().daemon().unstarted(task);
			threads.add(thread);
			return thread;
		};
		try (SessionMemories memories = new SessionMemories(this.root, Duration.ofMillis(20), factory)) {
			for (int round = 1; round <= 3; round++) {
				assertThat(threads).hasSize(round - 1);
				use(memories, new MockHttpSession());
				assertThat(threads).hasSize(round);
				assertThat(threads.getLast().join(Await.DEADLINE)).isTrue();
				assertThat(this.root.stats().openRegions()).isZero();
			}
		}
	}

}
