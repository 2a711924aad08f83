package io.freehold.spring.scope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ThreadScopeTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final ThreadScope scope = new ThreadScope();

	private final Allocator allocator = this.scope.allocator("threadAllocator", this.root);

	@AfterEach
	void nothingIsLeft() {
		assertThat(this.root.stats().regionsOpened()).isEqualTo(this.root.stats().regionsClosed());
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
	}

	@Test
	void whenNoScopeIsOpenShouldSayHowToOpenOne() {
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> this.allocator.allocate(LAYOUT))
			.withMessageStartingWith(
					"threadAllocator: there is no thread scope on thread '" + Thread.currentThread().getName() + "': ")
			.withMessageContaining("executor.setTaskDecorator(threadScope)")
			.withMessageContaining("threadScope.open()");
	}

	@Test
	void whenScopeIsClosedShouldFreeItsMemory() {
		ThreadScope.Handle handle = this.scope.open();
		MemorySegment block = this.allocator.allocate(LAYOUT).fill((byte) 1);
		this.allocator.allocate(LAYOUT);
		assertThat(this.root.stats().openRegions()).isOne();
		handle.close();
		assertThat(this.root.budget().used()).isZero();
		handle.close();
		assertThatIllegalStateException().isThrownBy(() -> block.fill((byte) 1));
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> this.allocator.allocate(LAYOUT));
	}

	@Test
	void whenScopeIsNotUsedShouldOpenNoRegion() {
		this.scope.decorate(() -> {
		}).run();
		assertThat(this.root.stats().regionsOpened()).isZero();
	}

	@Test
	void whenScopesNestShouldKeepThemApart() {
		try (ThreadScope.Handle _ = this.scope.open()) {
			MemorySegment outer = this.allocator.allocate(LAYOUT);
			MemorySegment inner;
			try (ThreadScope.Handle _ = this.scope.open()) {
				inner = this.allocator.allocate(LAYOUT).fill((byte) 1);
			}
			assertThatIllegalStateException().isThrownBy(() -> inner.fill((byte) 1));
			outer.fill((byte) 1);
			this.allocator.allocate(LAYOUT);
		}
		assertThat(this.root.stats().regionsOpened()).isEqualTo(2);
	}

	@Test
	void whenInnerScopeWasForgottenShouldEndWithTheOuter() {
		MemorySegment[] inner = new MemorySegment[2];
		ThreadScope.Handle[] forgotten = new ThreadScope.Handle[2];
		this.scope.decorate(() -> {
			for (int i = 0; i < inner.length; i++) {
				forgotten[i] = this.scope.open();
				inner[i] = this.allocator.allocate(LAYOUT);
			}
		}).run();
		for (MemorySegment block : inner) {
			assertThatIllegalStateException().isThrownBy(() -> block.fill((byte) 1));
		}
		for (ThreadScope.Handle handle : forgotten) {
			handle.close();
		}
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> this.allocator.allocate(LAYOUT));
	}

	@Test
	void whenScopeIsClosedByAnotherThreadShouldRefuse() throws Exception {
		try (ThreadScope.Handle handle = this.scope.open();
				ExecutorService executor = Executors.newSingleThreadExecutor()) {
			MemorySegment block = this.allocator.allocate(LAYOUT);
			Future<?> closed = executor.submit(handle::close);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(closed::get)
				.withCauseInstanceOf(WrongThreadException.class)
				.withMessageContaining("a scope of thread '" + Thread.currentThread().getName() + "' cannot be closed");
			block.fill((byte) 1);
		}
	}

	@Test
	void whenTaskThrowsShouldFreeItsMemory() {
		assertThatIllegalArgumentException().isThrownBy(this.scope.decorate(() -> {
			this.allocator.allocate(LAYOUT);
			throw new IllegalArgumentException("on purpose");
		})::run).withMessage("on purpose");
		assertThat(this.root.stats().regionsClosed()).isOne();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenManyTasksRunShouldKeepThemApart(boolean virtual) throws Exception {
		int tasks = 500;
		try (ExecutorService executor = virtual ? Executors.newVirtualThreadPerTaskExecutor()
				: Executors.newFixedThreadPool(4)) {
			List<Future<Object>> results = executor
				.invokeAll(Collections.nCopies(tasks, (Callable<Object>) this::work));
			for (Future<?> result : results) {
				assertThat(result.get()).isEqualTo(true);
			}
		}
		assertThat(this.root.stats().regionsOpened()).isEqualTo(tasks);
	}

	private Object work() {
		boolean[] whole = new boolean[1];
		this.scope.decorate(() -> {
			byte mark = (byte) Thread.currentThread().threadId();
			MemorySegment block = this.allocator.allocate(LAYOUT).fill(mark);
			LockSupport.parkNanos(1);
			whole[0] = block.get(ValueLayout.JAVA_BYTE, 15) == mark;
		}).run();
		return whole[0];
	}

	@Test
	void whenComposedWithAnotherDecoratorShouldBeOpenAroundIt() {
		TaskDecorator other = (task) -> () -> {
			this.allocator.allocate(LAYOUT);
			task.run();
		};
		new CompositeTaskDecorator(List.of(other, this.scope)).decorate(() -> this.allocator.allocate(LAYOUT)).run();
		assertThat(this.root.stats().regionsOpened()).isOne();
	}

	@Test
	void whenScopeIsClosedByAThreadInAnotherScopeShouldLeaveThatAlone() throws Exception {
		try (ThreadScope.Handle handle = this.scope.open();
				ExecutorService executor = Executors.newSingleThreadExecutor()) {
			Future<?> closed = executor.submit(this.scope.decorate(() -> {
				MemorySegment own = this.allocator.allocate(LAYOUT);
				assertThatExceptionOfType(WrongThreadException.class).isThrownBy(handle::close);
				own.fill((byte) 1);
				this.allocator.allocate(LAYOUT);
			}));
			closed.get();
		}
	}

}
