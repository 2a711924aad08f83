package io.freehold.managed;

import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.Consumer;

import io.freehold.budget.Budget;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * How a managed allocator is to be set up. Used by one thread, before the allocator
 * exists; changes made afterwards have no effect.
 */
public final class AllocatorSpec {

	private static final long DEFAULT_REGION_CHUNK = 8 << 10;

	private final String name;

	long limit = Budget.UNLIMITED;

	long softLimit = Budget.UNLIMITED;

	long limitPerRegion = Budget.UNLIMITED;

	long regionChunkSize = DEFAULT_REGION_CHUNK;

	/** How blocks that are live at the close are logged; a leak only as a warning. */
	Level liveAtClose = Level.WARNING;

	@Nullable String scope;

	@Nullable AllocationProbe probe;

	@Nullable GlobalAlloc backend;

	AllocatorSpec(String name) {
		this.name = name;
	}

	static AllocatorSpec of(String name, Consumer<AllocatorSpec> setUp) {
		AllocatorSpec spec = new AllocatorSpec(name);
		setUp.accept(spec);
		return spec;
	}

	/**
	 * Returns the path of the allocator that is being set up.
	 * @return the path
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Limits the bytes of the allocator and its descendants.
	 * @param bytes the limit, zero or more; {@link Budget#UNLIMITED} for none, the
	 * default
	 * @return this
	 * @throws IllegalArgumentException if it is negative
	 */
	public AllocatorSpec limit(long bytes) {
		this.limit = requireNotNegative("limit", bytes);
		return this;
	}

	/**
	 * Sets the bytes from which on the allocator is reported as filling up. Refuses
	 * nothing.
	 * @param bytes the soft limit, zero or more; {@link Budget#UNLIMITED} for none, the
	 * default
	 * @return this
	 * @throws IllegalArgumentException if it is negative
	 */
	public AllocatorSpec softLimit(long bytes) {
		this.softLimit = requireNotNegative("soft limit", bytes);
		return this;
	}

	/**
	 * Limits each region and each heap opened on the allocator, beside the allocator's
	 * own limit.
	 * @param bytes the limit, zero or more; {@link Budget#UNLIMITED} for none, the
	 * default
	 * @return this
	 * @throws IllegalArgumentException if it is negative
	 */
	public AllocatorSpec limitPerRegion(long bytes) {
		this.limitPerRegion = requireNotNegative("limit per region", bytes);
		return this;
	}

	/**
	 * Sets the size of the first chunk of each region; later chunks double.
	 * @param bytes the size, at least 256; 8 KiB by default
	 * @return this
	 * @throws IllegalArgumentException if it is smaller
	 */
	public AllocatorSpec regionChunkSize(long bytes) {
		if (bytes < 256) {
			throw new IllegalArgumentException(this.name + ": region chunk size must be at least 256 bytes: " + bytes);
		}
		this.regionChunkSize = bytes;
		return this;
	}

	/**
	 * Says that blocks still live when the allocator closes are no leak: it lives as long
	 * as the application, like a cache.
	 * @return this
	 */
	public AllocatorSpec expectLiveAtClose() {
		this.liveAtClose = Level.INFO;
		return this;
	}

	/**
	 * Sets the label that tells what the allocator is for, such as {@code request}.
	 * Children inherit it.
	 * @param scope the label
	 * @return this
	 */
	public AllocatorSpec scope(String scope) {
		this.scope = scope;
		return this;
	}

	/**
	 * Sets the observer of allocations. Children inherit it.
	 * @param probe the observer; {@link AllocationProbe#NONE} by default
	 * @return this
	 */
	public AllocatorSpec probe(AllocationProbe probe) {
		this.probe = probe;
		return this;
	}

	/**
	 * Sets where the memory comes from. Children inherit it.
	 * @param backend the backend, which stays open when the allocator is closed; that of
	 * the parent by default
	 * @return this
	 */
	public AllocatorSpec backend(GlobalAlloc backend) {
		this.backend = Objects.requireNonNull(backend);
		return this;
	}

	private long requireNotNegative(String what, long bytes) {
		if (bytes < 0) {
			throw new IllegalArgumentException(this.name + ": " + what + " must not be negative: " + bytes);
		}
		return bytes;
	}

}
