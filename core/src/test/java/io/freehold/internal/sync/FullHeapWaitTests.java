package io.freehold.internal.sync;

import java.util.List;

import io.freehold.child.ChildJvm;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads that wait while the heap is full: the JVM cannot unmount them then.
 */
class FullHeapWaitTests {

	@ParameterizedTest
	@EnumSource(Way.class)
	@DisplayName("waiting throws nothing")
	void wait_heapFull_throwsNothing(Way way) throws Exception {
		ChildJvm child = ChildJvm.start(List.of("-Xmx32m", "-XX:+UseSerialGC", "-cp",
				System.getProperty("java.class.path"), FullHeapWaitTests.class.getName(), way.name()));
		assertThat(child.err()).isEmpty();
		assertThat(child.out()).isEqualTo("null, not interrupted");
	}

	/** Ways to wait. */
	enum Way {

		PAUSE {
			@Override
			void await(Subject subject) {
				for (int i = 1; i < 5000; i++) {
					Pause.after(i);
				}
			}
		},

		NAP {
			@Override
			void await(Subject subject) {
				for (int i = 1; i < 100; i++) {
					Pause.nap(1000);
				}
			}
		},

		LOCK {
			@Override
			void await(Subject subject) {
				subject.lock.lock();
				try {
					subject.taken = true;
				}
				finally {
					subject.lock.unlock();
				}
			}
		};

		abstract void await(Subject subject);

	}

	/** What is waited for, and what came of it. */
	static final class Subject {

		final PolledLock lock = new PolledLock();

		final boolean fills;

		volatile boolean full;

		volatile boolean ended;

		@Nullable Object @Nullable [] ballast;

		/** Guarded by the lock. */
		boolean taken;

		String outcome = "";

		Subject(boolean fills) {
			this.fills = fills;
		}

	}

	/**
	 * Lets a virtual thread wait with a full heap.
	 * @param args the way
	 */
	public static void main(String[] args) {
		Way way = Way.valueOf(args[0]);
		// once with room, so that all is loaded and linked
		run(way, new Subject(false));
		Subject subject = new Subject(true);
		run(way, subject);
		System.out.println(subject.outcome);
	}

	private static void run(Way way, Subject subject) {
		hold(subject, Thread.ofVirtual().unstarted(() -> waitWithFullHeap(way, subject)));
		// a join would need heap
		while (!subject.ended) {
			Thread.onSpinWait();
		}
	}

	/** Starts a thread with the lock held, and gives it back when the thread waits. */
	private static void hold(Subject subject, Thread thread) {
		subject.lock.lock();
		try {
			thread.start();
			while (!subject.full) {
				Thread.onSpinWait();
			}
			long end = System.nanoTime() + 200_000_000L;
			while (System.nanoTime() < end && !subject.ended) {
				Thread.onSpinWait();
			}
		}
		finally {
			subject.lock.unlock();
		}
	}

	private static void waitWithFullHeap(Way way, Subject subject) {
		Throwable thrown = null;
		if (subject.fills) {
			fill(subject);
		}
		subject.full = true;
		try {
			deep(way, subject, 30);
		}
		catch (OutOfMemoryError | RuntimeException ex) {
			thrown = ex;
		}
		subject.ballast = null;
		subject.outcome = thrown + (Thread.currentThread().isInterrupted() ? ", interrupted" : ", not interrupted");
		subject.ended = true;
	}

	/** So that the stack does not fit into what was there for it before. */
	private static void deep(Way way, Subject subject, int depth) {
		if (depth == 0) {
			way.await(subject);
		}
		else {
			deep(way, subject, depth - 1);
		}
	}

	private static void fill(Subject subject) {
		int size = 1 << 20;
		while (size >= 0) {
			try {
				@Nullable Object[] more = new Object[size + 1];
				more[0] = subject.ballast;
				subject.ballast = more;
			}
			catch (OutOfMemoryError ex) {
				size = (size == 0) ? -1 : size / 2;
			}
		}
	}

}
