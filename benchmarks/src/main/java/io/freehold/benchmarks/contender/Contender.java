package io.freehold.benchmarks.contender;

import java.util.function.IntFunction;

/**
 * Who takes part. Each constant names one way to get memory, and is the value of the
 * parameter {@code contender} of every workload.
 */
public enum Contender {

	/** The workload without memory. */
	NONE(NoSlots::new),

	/** Freehold's backend by its own contract. */
	FREEHOLD_RAW((count) -> new RawSlots(Freehold.raw(), count)),

	/** {@code Global.over(backend)}. */
	FREEHOLD_OVER((count) -> new AllocatorSlots(Freehold.over(), count)),

	/** {@code Global.allocator()} with the backend installed. */
	FREEHOLD_GLOBAL((count) -> new AllocatorSlots(Freehold.global(), count)),

	/** A managed allocator two levels below the root, with three limits. */
	FREEHOLD_MANAGED((count) -> new AllocatorSlots(Freehold.managed(), count)),

	/** Netty's adaptive allocator as it comes, in ordinary threads, direct buffers. */
	NETTY_ADAPTIVE((count) -> new ByteBufSlots(Netty.adaptive(), count)),

	/**
	 * The same in the configuration that is fastest for it: in Netty's own threads, with
	 * magazines of their own and without checks.
	 */
	NETTY_ADAPTIVE_TUNED((count) -> new ByteBufSlots(Netty.adaptiveTuned(), count)),

	/** Netty's pooled allocator, direct buffers, tuned in the same way. */
	NETTY_POOLED((count) -> new ByteBufSlots(Netty.pooled(), count)),

	/** {@code Arena.ofConfined()} for each block. */
	ARENA_CONFINED(ArenaSlots::new),

	/** The C library by ordinary downcalls. */
	LIBC((count) -> new RawSlots(new Libc(), count)),

	/** The C library by critical downcalls. */
	LIBC_CRITICAL((count) -> new RawSlots(new CriticalLibc(), count)),

	/** mimalloc by critical downcalls. */
	MIMALLOC_RAW((count) -> new RawSlots(new Mimalloc(), count)),

	/** mimalloc by critical downcalls, as segments. */
	MIMALLOC_SEGMENT((count) -> new WrappedSlots(new Mimalloc(), count)),

	/** jemalloc by critical downcalls. */
	JEMALLOC_RAW((count) -> new RawSlots(new Jemalloc(), count)),

	/** jemalloc by critical downcalls, as segments. */
	JEMALLOC_SEGMENT((count) -> new WrappedSlots(new Jemalloc(), count));

	@SuppressWarnings("ImmutableEnumChecker") // only lambdas that capture nothing
	private final IntFunction<Slots> slots;

	Contender(IntFunction<Slots> slots) {
		this.slots = slots;
	}

	/**
	 * Returns an empty table for blocks of this contender.
	 */
	public Slots slots(int count) {
		return this.slots.apply(count);
	}

	/**
	 * Returns lives of this contender's kind: regions of the managed allocator that
	 * stands for an application's requests, or arenas of the JDK.
	 */
	public Lives lives(Kind kind) {
		return switch (this) {
			case FREEHOLD_MANAGED ->
				(kind != Kind.KEPT) ? new RegionLives(Freehold.requests(), kind == Kind.SHARED, kind == Kind.ZEROED)
						: new WarmRegion(Freehold.requests());
			case ARENA_CONFINED -> new ArenaLives(kind == Kind.SHARED);
			default -> throw new IllegalArgumentException("blocks that end together are not to be had: " + this);
		};
	}

	/**
	 * Returns whether any thread may free a block.
	 */
	public boolean freesAnywhere() {
		return this != ARENA_CONFINED;
	}

	/**
	 * Returns whether it is measured in ordinary threads, with no option set for it.
	 */
	public boolean isAsItComes() {
		return this == NETTY_ADAPTIVE;
	}

	/**
	 * Returns whether this is one of Freehold's own.
	 */
	public boolean isFreehold() {
		return name().startsWith("FREEHOLD_");
	}

	/**
	 * What kind of life blocks have that end together. The difference between the first
	 * two, and the last, is none to arenas.
	 */
	public enum Kind {

		/** Of one thread. */
		CONFINED,

		/** Of one thread, with zeroed blocks. */
		ZEROED,

		/** Of all threads. */
		SHARED,

		/** Of one thread, with a region that is reset and used again. */
		KEPT

	}

}
