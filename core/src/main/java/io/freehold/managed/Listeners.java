package io.freehold.managed;

import java.util.Arrays;

import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.PolledLock;

/**
 * The observers of a node. To tell them takes no heap.
 */
final class Listeners {

	private static final AllocatorListener[] NONE = {};

	/** Held to replace the array. */
	private final PolledLock lock = new PolledLock();

	/** Replaced when a listener comes or goes, read by anyone. */
	private volatile AllocatorListener[] all = NONE;

	void add(AllocatorListener listener) {
		this.lock.lock();
		try {
			AllocatorListener[] more = Arrays.copyOf(this.all, this.all.length + 1);
			more[more.length - 1] = listener;
			this.all = more;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Removes a listener once, if it is there. */
	void remove(AllocatorListener listener) {
		this.lock.lock();
		try {
			AllocatorListener[] old = this.all;
			int index = Arrays.asList(old).indexOf(listener);
			if (index >= 0) {
				AllocatorListener[] fewer = Arrays.copyOf(old, old.length - 1);
				System.arraycopy(old, index + 1, fewer, index, fewer.length - index);
				this.all = fewer;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets go of all. */
	void clear() {
		this.lock.lock();
		try {
			this.all = NONE;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Tells all of them of an event. What they throw is logged. */
	void announce(Event event, Node subject) {
		for (AllocatorListener listener : this.all) {
			try {
				event.tell(listener, subject);
			}
			catch (Throwable ex) {
				// checked exceptions of other languages too
				Faults.warn(subject, ": a listener failed", ex);
			}
		}
	}

	/** What listeners are told. */
	enum Event {

		OPENED, CLOSED, LIMIT_CHANGED;

		private void tell(AllocatorListener listener, Node subject) {
			if (this == OPENED) {
				listener.opened(subject);
			}
			else if (this == CLOSED) {
				listener.closed(subject);
			}
			else {
				listener.limitChanged(subject);
			}
		}

	}

}
