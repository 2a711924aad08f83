package io.freehold.spring.web;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Which failures of requests are refusals of memory, and what a client is told of them:
 * 503, and when to try again if that can help.
 *
 * <p>
 * Only a lack of memory that may pass is such a refusal. An unsupported layout is a fault
 * of the application, and a closed allocator belongs to one that is shutting down.
 */
public final class Refusals {

	private static final Log logger = LogFactory.getLog(Refusals.class);

	private static final long LOG_INTERVAL = Duration.ofSeconds(10).toNanos();

	/** Causes that are looked at, in case that they form a circle. */
	private static final int MAX_CAUSES = 32;

	private final AllocatorTree tree;

	private final long retryAfterSeconds;

	/** When a refusal may be logged again. By compare-and-set. */
	private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

	private final AtomicLong unlogged = new AtomicLong();

	/**
	 * Creates the rules.
	 * @param tree where the allocators are that refuse
	 * @param retryAfter after which time clients are told to try again, rounded up to
	 * seconds
	 */
	public Refusals(AllocatorTree tree, Duration retryAfter) {
		this.tree = tree;
		this.retryAfterSeconds = Math.max(0, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
	}

	/**
	 * Finds the refusal that made a request fail, and logs it, at most once in ten
	 * seconds.
	 * @param failure what the request failed with
	 * @return the refusal, or null if it was something else
	 */
	public @Nullable AllocationException find(@Nullable Throwable failure) {
		Throwable cause = failure;
		for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
			if (cause instanceof AllocationException refusal) {
				boolean passes = refusal.reason() == Reason.EXHAUSTED || refusal.reason() == Reason.LIMIT_EXCEEDED;
				return passes ? logged(refusal) : null;
			}
			cause = cause.getCause();
		}
		return null;
	}

	private AllocationException logged(AllocationException refusal) {
		long next = this.nextLog.get();
		long now = System.nanoTime();
		if (now - next >= 0 && this.nextLog.compareAndSet(next, now + LOG_INTERVAL)) {
			long others = this.unlogged.getAndSet(0);
			logger.warn("A request was answered with 503: " + refusal.getMessage()
					+ ((others != 0) ? "; so were " + others + " others since the last such message" : ""));
		}
		else {
			this.unlogged.incrementAndGet();
		}
		return refusal;
	}

	/**
	 * Returns the value of {@link HttpHeaders#RETRY_AFTER} for a refusal.
	 * @param refusal the refusal
	 * @return seconds, or null if the same request can never succeed
	 */
	public @Nullable String retryAfter(AllocationException refusal) {
		return (refusal.layout().size() > leastLimit(refusal.allocatorName())) ? null
				: Long.toString(this.retryAfterSeconds);
	}

	/** Returns the least limit of an allocator and those it is a part of. */
	private long leastLimit(String name) {
		ManagedAllocator allocator = this.tree.root();
		long least = allocator.budget().limit();
		for (ManagedAllocator next = child(allocator, name); next != null; next = child(allocator, name)) {
			allocator = next;
			least = Math.min(least, allocator.budget().limit());
		}
		return least;
	}

	/** Returns the child that has a name or is on the way to it, or null. */
	private static @Nullable ManagedAllocator child(ManagedAllocator parent, String name) {
		if (name.length() <= parent.name().length()) {
			return null;
		}
		for (ManagedAllocator child : parent.children()) {
			if (name.equals(child.name()) || name.startsWith(child.name() + "/")) {
				return child;
			}
		}
		return null;
	}

}
