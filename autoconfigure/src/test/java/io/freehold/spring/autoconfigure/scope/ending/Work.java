package io.freehold.spring.autoconfigure.scope.ending;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.autoconfigure.scope.Await;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What is done with memory in one cell: blocks are taken and hold what was written to
 * them, then the work waits for its ending, and last it looks at its blocks again.
 */
final class Work {

	/** The answer to whoever gets one. */
	static final String ANSWER = "held";

	private static final int BLOCKS = 3;

	private final Cell cell;

	private final ManagedAllocator node;

	private final List<MemorySegment> blocks = new CopyOnWriteArrayList<>();

	/** What was taken to serve an error. */
	private final List<MemorySegment> errorBlocks = new CopyOnWriteArrayList<>();

	private final CountDownLatch taken = new CountDownLatch(1);

	private final CountDownLatch mayGoOn = new CountDownLatch(1);

	/** Whether the memory was there in the end, or why that is not known. */
	private final CompletableFuture<Boolean> end = new CompletableFuture<>();

	/** What work that was run has failed with, or null. */
	private final CompletableFuture<@Nullable Throwable> failure = new CompletableFuture<>();

	Work(Cell cell, ManagedAllocator node) {
		this.cell = cell;
		this.node = node;
	}

	Cell cell() {
		return this.cell;
	}

	/** Takes blocks of odd sizes. */
	void take(Allocator memory) {
		long bytes = 0;
		for (int i = 0; i < BLOCKS; i++) {
			Layout layout = Layout.of(100 + i, 8L << i);
			this.blocks.add(memory.allocate(layout).fill(pattern(i)));
			bytes += layout.size();
		}
		assertThat(isThere()).isTrue();
		assertThat(this.node.budget().used()).isGreaterThanOrEqualTo(bytes);
		this.taken.countDown();
	}

	/** Takes a block of the request, whatever scope the cell is about. */
	void takeForError(Allocator memory) {
		this.errorBlocks.add(memory.allocate(Layout.ofBytes(64)).fill((byte) 1));
	}

	private static byte pattern(int number) {
		return (byte) (0x51 + number);
	}

	/** Returns whether all blocks can be read, and hold what was written to them. */
	boolean isThere() {
		assertThat(this.blocks).hasSize(BLOCKS);
		for (int i = 0; i < BLOCKS; i++) {
			try {
				for (byte content : this.blocks.get(i).toArray(ValueLayout.JAVA_BYTE)) {
					assertThat(content).as("content of a block").isEqualTo(pattern(i));
				}
			}
			catch (IllegalStateException ex) {
				return false;
			}
		}
		return true;
	}

	/** Ends at once. */
	String pass() {
		end();
		return ANSWER;
	}

	/** Ends at once, badly. */
	String fail() {
		end();
		throw new IllegalArgumentException("on purpose");
	}

	/** Waits until it may go on, or is interrupted, and ends. */
	String hold() throws InterruptedException {
		try {
			awaitGoOn();
		}
		catch (InterruptedException ex) {
			if (this.cell.revokes()) {
				awaitRevoked();
			}
			throw ex;
		}
		finally {
			end();
		}
		return ANSWER;
	}

	void awaitGoOn() throws InterruptedException {
		assertThat(this.mayGoOn.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	/** Sends its answer until that fails. */
	String stream(OutputStream out) throws IOException {
		try {
			while (isThere()) {
				out.write(ANSWER.getBytes(StandardCharsets.US_ASCII));
				out.flush();
			}
		}
		finally {
			end();
		}
		return ANSWER;
	}

	void end() {
		try {
			this.end.complete(isThere());
		}
		catch (RuntimeException | Error ex) {
			this.end.completeExceptionally(ex);
		}
	}

	void awaitTaken() throws InterruptedException {
		assertThat(this.taken.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	void awaitRevoked() {
		Await.until(() -> this.blocks.stream().noneMatch((block) -> block.scope().isAlive()));
	}

	void letGoOn() {
		this.mayGoOn.countDown();
	}

	/** Returns whether the memory was there when the work ended. */
	boolean wasThereInTheEnd() {
		return this.end.orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
	}

	boolean hasEnded() {
		return this.end.isDone();
	}

	/** Does work, and keeps in mind what became of it. */
	String run(Callable<String> work) throws Exception {
		try {
			String answer = work.call();
			this.failure.complete(null);
			return answer;
		}
		catch (Exception | Error ex) {
			this.failure.complete(ex);
			throw ex;
		}
	}

	/** Returns what work that was run has failed with, or null. */
	@Nullable Throwable failure() {
		return this.failure.orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
	}

	/** Returns how many instances of the scope memory was taken from. */
	long instances() {
		assertThat(this.blocks.stream().map(MemorySegment::scope).distinct()).hasSize(1);
		if (this.cell.scope() != Scope.REQUEST) {
			return 1;
		}
		return Stream.concat(this.blocks.stream(), this.errorBlocks.stream())
			.map(MemorySegment::scope)
			.distinct()
			.count();
	}

	void verifyNothingCanBeReached() {
		assertThat(this.blocks).hasSize(BLOCKS);
		this.blocks.forEach(Work::verifyCannotBeReached);
		this.errorBlocks.forEach(Work::verifyCannotBeReached);
	}

	private static void verifyCannotBeReached(MemorySegment block) {
		assertThat(block.scope().isAlive()).isFalse();
		// those of a confined region say first that this is another thread
		assertThatException().isThrownBy(() -> block.get(ValueLayout.JAVA_BYTE, 0))
			.isInstanceOfAny(IllegalStateException.class, WrongThreadException.class);
	}

}
