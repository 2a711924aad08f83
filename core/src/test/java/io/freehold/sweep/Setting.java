package io.freehold.sweep;

import java.util.function.Supplier;

import io.freehold.backend.Backends;
import io.freehold.internal.VirtualMemory;
import io.freehold.pool.PooledAlloc;
import io.freehold.pool.Pools;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * A backend, used by many scenes one after the other, and replaced by a new one after a
 * fault.
 */
final class Setting {

	private final String name;

	private final Supplier<VirtualMemory> memories;

	private GlobalAlloc backend;

	private @Nullable PooledAlloc pool;

	private @Nullable FaultyAlloc foreign;

	private @Nullable FaultyMemory memory;

	private Setting(String name, Supplier<VirtualMemory> memories) {
		this.name = name;
		this.memories = memories;
		this.backend = create();
	}

	/**
	 * @param name {@code pooled}, {@code system}, or for memory that can be refused
	 * {@code pooled-mapped}, {@code pooled-small-chunks}, {@code pooled-odd-chunks} and
	 * {@code foreign}
	 */
	static Setting of(String name) {
		return new Setting(name, VirtualMemory::ofPlatform);
	}

	String name() {
		return this.name;
	}

	/** Replaces the backend by a new one. */
	void renew() {
		this.backend = create();
	}

	private GlobalAlloc create() {
		this.pool = null;
		this.foreign = null;
		this.memory = null;
		return switch (this.name) {
			case "pooled" -> pool(new PooledAlloc());
			case "system" -> foreign(Backends.get("system"));
			case "foreign" -> foreign(new PooledAlloc());
			case "pooled-mapped" -> pool(new FaultyMemory(this.memories.get(), Long.MAX_VALUE, Long.MAX_VALUE));
			case "pooled-small-chunks" -> pool(new FaultyMemory(this.memories.get(), 1 << 20, 1 << 20));
			case "pooled-odd-chunks" -> pool(new FaultyMemory(this.memories.get(), Long.MAX_VALUE, 2 << 20));
			default -> throw new IllegalArgumentException("no such backend: " + this.name);
		};
	}

	private GlobalAlloc pool(PooledAlloc pool) {
		this.pool = pool;
		return pool;
	}

	private GlobalAlloc pool(FaultyMemory memory) {
		this.memory = memory;
		return pool(Pools.over(memory));
	}

	private GlobalAlloc foreign(GlobalAlloc delegate) {
		FaultyAlloc foreign = new FaultyAlloc(delegate);
		this.foreign = foreign;
		return foreign;
	}

	GlobalAlloc backend() {
		return this.backend;
	}

	/** Returns what can be made to fail here. */
	Trap trap() {
		if (this.memory != null) {
			return this.memory.trap();
		}
		if (this.foreign != null) {
			return this.foreign.trap();
		}
		throw new IllegalStateException("nothing fails in " + this.name);
	}

	boolean seesMisuse() {
		return this.pool != null;
	}

	long live() {
		if (this.foreign != null) {
			return this.foreign.live();
		}
		return (this.pool != null) ? this.pool.liveBytes() : 0;
	}

	void trim() {
		if (this.pool != null) {
			this.pool.trim();
		}
	}

	/** Returns what is left once everything was freed and trimmed. */
	String rest() {
		String rest = (live() != 0) ? "live " + live() : "";
		if (this.pool != null && this.pool.cachedBytes() != 0) {
			rest += " cached " + this.pool.cachedBytes();
		}
		if (this.memory != null && this.memory.mapped() != this.pool().reservedBytes()) {
			rest += " mapped " + this.memory.mapped() + " of which the pool knows " + this.pool().reservedBytes();
		}
		return rest;
	}

	private PooledAlloc pool() {
		if (this.pool == null) {
			throw new IllegalStateException("no pool");
		}
		return this.pool;
	}

	boolean isValid() {
		return this.pool == null || Pools.isValid(this.pool);
	}

}
