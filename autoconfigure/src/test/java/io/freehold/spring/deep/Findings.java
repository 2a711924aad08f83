package io.freehold.spring.deep;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What deep requests have seen.
 */
class Findings {

	private final AtomicInteger overflows = new AtomicInteger();

	private final Queue<String> faults = new ConcurrentLinkedQueue<>();

	/** A stack has ended, as it should. */
	void overflow() {
		this.overflows.incrementAndGet();
	}

	/** Something else has happened. */
	void fault(Bean bean, Work work, Throwable fault) {
		StringWriter trace = new StringWriter();
		fault.printStackTrace(new PrintWriter(trace));
		this.faults.add(bean + " " + work + ": " + trace);
	}

	/** Returns the number of overflows, then the faults, one after the other. */
	@Override
	public String toString() {
		return this.overflows + " overflows" + String.join("\n", this.faults);
	}

}
