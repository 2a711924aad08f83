package io.freehold.managed;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import io.freehold.probe.AllocationProbe;

import org.jspecify.annotations.Nullable;

/**
 * Where a growing thread and a closing one wait for each other. As a probe it stops the
 * closing one where it has freed its first block.
 */
public final class GrowCloseMeeting implements AllocationProbe {

	private final Thread closer = Thread.currentThread();

	private final AtomicReference<@Nullable LongConsumer> onFreed = new AtomicReference<>();

	private int growerTurns;

	private int closerTurns;

	private volatile boolean armed;

	private volatile boolean growing;

	private volatile boolean closing;

	private volatile boolean freeing;

	private volatile boolean released;

	/**
	 * Lets the next two meet.
	 * @param growerTurns turns of a loop by which the growing one goes on later
	 * @param closerTurns turns of a loop by which the closing one goes on later
	 * @param onFreed what the closing thread does with the size of each block it has
	 * freed since
	 */
	void arm(int growerTurns, int closerTurns, LongConsumer onFreed) {
		this.onFreed.set(onFreed);
		this.growerTurns = growerTurns;
		this.closerTurns = closerTurns;
		this.growing = false;
		this.closing = false;
		this.freeing = false;
		this.released = false;
		this.armed = true;
	}

	/** Whether the growing thread has come here. */
	boolean isGrowing() {
		return this.growing;
	}

	/** To be called by the closing thread before it closes. */
	void beginClose() {
		this.closing = true;
	}

	/** To be called by the closing thread when it has closed. */
	void endClose() {
		this.closing = false;
	}

	/** To be called by a backend that grows a block. */
	public void pass() {
		if (!this.armed || Thread.currentThread() == this.closer) {
			return;
		}
		this.armed = false;
		this.growing = true;
		// a close that waits for the growth first need not come here
		Race.spinUntil("the close frees a block", 1_000, () -> this.freeing || isCloserWaiting());
		this.released = true;
		spin(this.growerTurns);
	}

	private static void spin(int turns) {
		for (int i = turns; i > 0; i--) {
			Thread.onSpinWait();
		}
	}

	private boolean isCloserWaiting() {
		return this.closing && switch (this.closer.getState()) {
			case WAITING, TIMED_WAITING, BLOCKED -> true;
			default -> false;
		};
	}

	@Override
	public void deallocated(String allocator, long address, long size) {
		if (!this.closing || Thread.currentThread() != this.closer) {
			return;
		}
		if (!this.released) {
			this.freeing = true;
			Race.spinUntil("the growth goes on", 20_000, () -> this.released);
			spin(this.closerTurns);
		}
		LongConsumer action = this.onFreed.get();
		if (action != null) {
			action.accept(size);
		}
	}

}
