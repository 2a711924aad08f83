package io.freehold.pool;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.internal.sync.Clock;
import io.freehold.internal.sync.Handshake;
import io.freehold.internal.sync.PolledLock;

import org.jspecify.annotations.Nullable;

/**
 * The magazines of platform threads, each with its own. Virtual threads have none.
 */
final class ThreadMagazines {

	/*
	 * A thread gets magazines when it first needs one and the allowance has room for it.
	 * It loses them when it has ended, when it was idle from one tick to the next, and
	 * when others need the room. A thread that waits is then asked for nothing: its
	 * magazines are taken from it, see Handshake; when it comes back it gets new ones.
	 *
	 * A share of a thread passes through these states, each set by one thread: OWNED: the
	 * owner uses it. Set by the owner, or by who has asked for it in vain. ASKED: set by
	 * who wants it, with the lock. The owner does not begin to use it. LEFT: it is
	 * certain that the owner does not use it; it is being emptied. If that fails, it is
	 * tried again at the next tick. GONE: it is empty, and was taken out of the map. The
	 * owner registers again.
	 */

	private static final int NEAR_BITS = 12;

	private static final long[] NO_RACK = { Rack.NOBODY };

	private static final String PACKAGE = ThreadMagazines.class.getPackageName();

	/** How often others may be looked at for room, at most. */
	private static final long ROOM_INTERVAL = TimeUnit.MILLISECONDS.toNanos(50);

	/** How many threads are asked for room at most each time. */
	private static final int MAX_ASKED = 16;

	private final Bin[] bins;

	private final CacheAllowance allowance;

	/**
	 * The racks again, at one of the two places for the id of the thread, unless other
	 * threads have both. Written and read by plain stores and loads: a thread believes
	 * what it finds only if the rack says that it is its own.
	 */
	private final long[][] near = new long[1 << NEAR_BITS][];

	/** By the id of the thread, which is never used twice. */
	private final ConcurrentHashMap<Long, Share> shares = new ConcurrentHashMap<>();

	/** Since the dead were looked for. */
	private final AtomicInteger registrations = new AtomicInteger();

	/**
	 * The share of the current thread. No class of ours is held by it: a thread may
	 * outlive the class loader.
	 */
	@SuppressWarnings("ThreadLocalUsage") // as many as there are pools
	private final ThreadLocal<@Nullable WeakReference<Share>> local = new ThreadLocal<>();

	/** Held while shares are taken from threads. */
	private final PolledLock taking = new PolledLock();

	/** When others may be looked at for room again. Guarded by the lock to write. */
	private volatile long nextRoom = System.nanoTime();

	ThreadMagazines(Bin[] bins, CacheAllowance allowance) {
		this.bins = bins;
		this.allowance = allowance;
		Arrays.fill(this.near, NO_RACK);
		// loads what may be needed first when the class loader loads nothing any more
		Handshake.isOutside(Thread.currentThread(), PACKAGE);
	}

	/**
	 * Returns the array in which the rack of a thread is near, at {@link #index} or
	 * {@link #otherIndex} of its id; there may be one that belongs to another thread.
	 */
	long[][] near() {
		return this.near;
	}

	static int index(long threadId) {
		return (int) threadId & ((1 << NEAR_BITS) - 1);
	}

	/** Not the same for two ids that have the same {@link #index}. */
	static int otherIndex(long threadId) {
		return (int) (threadId ^ threadId >>> NEAR_BITS ^ 1 << (NEAR_BITS - 1)) & ((1 << NEAR_BITS) - 1);
	}

	/**
	 * Takes a block out of a magazine of the current thread.
	 * @param tick the number of the current tick
	 * @return its address, or 0 if the thread has no magazine or there is no memory
	 */
	long take(int sizeClass, long tick) {
		Share own = own(sizeClass);
		if (own == null) {
			return 0;
		}
		own.magazines.drainIdle(tick);
		long address = own.magazines.take(sizeClass);
		settle(own);
		return address;
	}

	/**
	 * Takes a block back into a magazine of the current thread.
	 * @param tick the number of the current tick
	 * @return whether it was taken
	 */
	boolean give(int sizeClass, long address, long tick) {
		Share own = own(sizeClass);
		if (own == null) {
			return false;
		}
		own.magazines.drainIdle(tick);
		boolean given = own.magazines.give(sizeClass, address);
		settle(own);
		return given;
	}

	/** Empties the magazines of the current thread. */
	void drainOwn() {
		Share own = find();
		if (own != null) {
			own.magazines.drain(true);
		}
	}

	/**
	 * Returns the share of the current thread, or null if it has none: a virtual thread,
	 * the clock, which returns what others have left and keeps nothing, or a thread for
	 * which there is no room now.
	 */
	private @Nullable Share own(int sizeClass) {
		try {
			Share share = find();
			if (share == null && hasRoomFor(sizeClass)) {
				share = register();
			}
			if (share != null) {
				share.recent = true;
			}
			return share;
		}
		catch (OutOfMemoryError ex) {
			return null;
		}
	}

	/** Returns the share of the current thread if it has one that it may use. */
	private @Nullable Share find() {
		if (this.shares.isEmpty() || !isServed(Thread.currentThread())) {
			return null;
		}
		WeakReference<Share> reference = this.local.get();
		Share share = (reference != null) ? reference.get() : null;
		return (share != null && share.state == Share.OWNED) ? share : null;
	}

	private static boolean isServed(Thread thread) {
		return !thread.isVirtual() && !Clock.INSTANCE.isRunBy(thread);
	}

	private boolean hasRoomFor(int sizeClass) {
		if (!isServed(Thread.currentThread())) {
			return false;
		}
		long bytes = (long) SizeClass.firstRounds(sizeClass) * SizeClass.size(sizeClass);
		return this.allowance.hasRoom(bytes) || makeRoom(bytes);
	}

	private @Nullable Share register() {
		Thread thread = Thread.currentThread();
		Share known = this.shares.get(thread.threadId());
		if (known != null) {
			// some executors erase the locals of their threads; or it is being emptied
			this.local.set(new WeakReference<>(known));
			return (known.state == Share.OWNED) ? known : null;
		}
		Magazines orphan = null;
		if (this.registrations.incrementAndGet() > this.shares.size() / 2) {
			// often enough that those of the dead are never the majority
			this.registrations.set(0);
			orphan = adopt();
		}
		boolean done = false;
		try {
			Magazines magazines = (orphan != null) ? orphan : new Magazines(this.bins, this.allowance, this);
			Share share = new Share(thread, magazines);
			this.local.set(new WeakReference<>(share));
			this.shares.put(share.id, share);
			done = true;
			settle(share);
			return share;
		}
		finally {
			if (!done && orphan != null) {
				orphan.drain(true);
			}
		}
	}

	/** Makes sure that the rack of the current thread is near and says so. */
	private void settle(Share share) {
		long[] rack = share.magazines.rack();
		if (Rack.belongsTo(rack, share.threadId)) {
			return;
		}
		Rack.setOwner(rack, share.threadId);
		if (!tryPlace(index(share.threadId), share, rack)) {
			tryPlace(otherIndex(share.threadId), share, rack);
		}
		share.placed = rack;
	}

	private boolean tryPlace(int index, Share share, long[] rack) {
		long[] there = this.near[index];
		if (there != NO_RACK && there != share.placed) {
			return false;
		}
		this.near[index] = rack;
		return true;
	}

	private void displace(int index, Share share) {
		if (this.near[index] == share.placed) {
			this.near[index] = NO_RACK;
		}
	}

	/**
	 * Takes back what threads have that ended, and those that were idle since the last
	 * tick; from all that wait if more is kept than is allowed by now.
	 */
	void tick() {
		sweep(true);
	}

	/** Takes back what threads have that ended. */
	void reap() {
		sweep(false);
	}

	private void sweep(boolean idle) {
		if (!this.taking.tryLock()) {
			return;
		}
		try {
			boolean all = this.allowance.isExceeded();
			for (Share share : this.shares.values()) {
				if (share.hasEnded()) {
					take(share, false);
				}
				else if (idle && (share.isIdle() || all) && isLeft(share)) {
					take(share, true);
				}
			}
		}
		finally {
			this.taking.unlock();
		}
	}

	/** Takes shares from some waiting threads, unless that was tried a moment ago. */
	void takeSome() {
		takeUntil(Long.MAX_VALUE);
	}

	/**
	 * Takes shares from waiting threads until there is room in the allowance: first from
	 * those that have neither taken nor given much lately. Does nothing if that was tried
	 * a moment ago.
	 * @return whether there may be room now
	 */
	boolean makeRoom(long bytes) {
		return this.allowance.permits(bytes) && takeUntil(bytes);
	}

	private boolean takeUntil(long bytes) {
		if (System.nanoTime() - this.nextRoom < 0 || !this.taking.tryLock()) {
			return false;
		}
		try {
			this.nextRoom = System.nanoTime() + ROOM_INTERVAL;
			int asked = 0;
			for (int pass = 0; pass < 2; pass++) {
				for (Share share : this.shares.values()) {
					if (asked < MAX_ASKED && !this.allowance.hasRoom(bytes) && share.threadId != currentId()
							&& (pass != 0 || !share.recent)) {
						asked++;
						if (isLeft(share)) {
							take(share, true);
						}
					}
					share.recent = false;
				}
			}
			return true;
		}
		catch (OutOfMemoryError ex) {
			// no room on the heap to ask anybody
			return false;
		}
		finally {
			this.taking.unlock();
		}
	}

	private static long currentId() {
		return Thread.currentThread().threadId();
	}

	/** Makes sure that a thread does not use its share, if that is possible. */
	private boolean isLeft(Share share) {
		if (share.state != Share.OWNED) {
			return share.state == Share.LEFT;
		}
		Thread thread = share.get();
		if (thread == null) {
			return share.hasEnded();
		}
		long[] rack = share.magazines.rack();
		boolean left = false;
		share.state = Share.ASKED;
		try {
			Rack.setOwner(rack, Rack.NOBODY);
			// unless the owner came by meanwhile
			left = Handshake.isOutside(thread, PACKAGE) && share.magazines.rack() == rack && Rack.belongsToNobody(rack);
		}
		finally {
			if (!left) {
				Rack.setOwner(rack, share.threadId);
			}
			share.state = left ? Share.LEFT : Share.OWNED;
		}
		return left;
	}

	/** Empties a share that its owner does not use, and forgets it. */
	private void take(Share share, boolean idle) {
		share.state = Share.LEFT;
		displace(index(share.threadId), share);
		displace(otherIndex(share.threadId), share);
		share.magazines.drain(idle);
		this.shares.remove(share.id, share);
		share.state = Share.GONE;
	}

	/** Returns magazines of a thread that has ended, to be used as they are, or null. */
	private @Nullable Magazines adopt() {
		if (!this.taking.tryLock()) {
			return null;
		}
		try {
			Magazines adopted = null;
			for (Share share : this.shares.values()) {
				if (share.hasEnded()) {
					if (adopted == null && share.state == Share.OWNED) {
						this.shares.remove(share.id, share);
						displace(index(share.threadId), share);
						displace(otherIndex(share.threadId), share);
						share.state = Share.GONE;
						adopted = share.magazines;
						Rack.setOwner(adopted.rack(), Rack.NOBODY);
					}
					else {
						take(share, false);
					}
				}
			}
			return adopted;
		}
		finally {
			this.taking.unlock();
		}
	}

	/** Returns the bytes of all blocks in here; approximate while threads use them. */
	long bytes() {
		long bytes = 0;
		for (Share share : this.shares.values()) {
			bytes += share.magazines.bytes();
		}
		return bytes;
	}

	/** Returns how many threads have magazines, or had them when they ended. */
	int count() {
		return this.shares.size();
	}

	boolean has(long threadId) {
		return this.shares.containsKey(threadId);
	}

	long allowanceUsed() {
		return this.allowance.used();
	}

	/**
	 * The magazines of a thread, which is held weakly: it is not kept by having used
	 * memory.
	 */
	private static final class Share extends WeakReference<Thread> {

		static final int OWNED = 0;

		static final int ASKED = 1;

		static final int LEFT = 2;

		static final int GONE = 3;

		final long threadId;

		/** The same, as the key of the map: there may be no heap to box it later. */
		final Long id;

		final Magazines magazines;

		volatile int state = OWNED;

		/** The rack that was put near. Used by the owner, or who has it taken. */
		long[] placed = NO_RACK;

		/**
		 * Whether a magazine ran empty or full since it was looked at. A wrong value
		 * makes the share be taken a little sooner or later.
		 */
		boolean recent;

		/** What was in the magazines at the last tick. Used with the lock. */
		private long fingerprint;

		Share(Thread thread, Magazines magazines) {
			super(thread);
			this.threadId = thread.threadId();
			this.id = this.threadId;
			this.magazines = magazines;
		}

		boolean hasEnded() {
			Thread thread = get();
			// what the thread did happens before it is seen to have ended
			return thread == null || !thread.isAlive();
		}

		/** Returns whether nothing seems to have happened since the last call. */
		boolean isIdle() {
			long before = this.fingerprint;
			boolean recent = this.recent;
			this.recent = false;
			this.fingerprint = Rack.fingerprint(this.magazines.rack());
			return !recent && before == this.fingerprint;
		}

	}

}
