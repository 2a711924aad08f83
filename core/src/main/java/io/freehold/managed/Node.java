package io.freehold.managed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.Budget;
import io.freehold.budget.BudgetAccount;
import io.freehold.internal.NativeAccess;
import io.freehold.probe.AllocationProbe;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

import org.jspecify.annotations.Nullable;

/**
 * A node of the tree: who it belongs to, what belongs to it, and how it ends. Blocks pass
 * its {@link Gate}.
 */
final class Node implements ManagedAllocator {

	/*
	 * How a node ends. First the gates of the whole subtree are closed, so that what
	 * comes later is refused; an allocation that is under way sees the closed gate after
	 * it has recorded its block and takes it back itself, or else the block is found
	 * below. Then every node, children first, revokes its regions and its own segments. A
	 * node whose segments are all revoked and whose children are closed returns its
	 * blocks, and is closed. If a revocation is not possible yet, the steps are repeated
	 * later: each does nothing the second time.
	 */

	private static final Logger logger = System.getLogger("io.freehold");

	final @Nullable Node parent;

	private final String name;

	private final String scope;

	private final GlobalAlloc backend;

	private final AllocationProbe probe;

	private final long limitPerRegion;

	private final long regionChunkSize;

	private final boolean liveAtCloseExpected;

	/** Whether blocks outlive the tree, because their users do not know it. */
	private final boolean raw;

	final BudgetAccount budget;

	private final Budget budgetView;

	final Gate gate;

	private final Tally tally = new Tally();

	/** Guarded by itself. */
	private final Map<String, Node> children = new LinkedHashMap<>();

	/** Regions that are open. Each is added once and removed once. */
	private final Set<RegionLease> regions = ConcurrentHashMap.newKeySet();

	/** Copied on write. */
	private final CopyOnWriteArrayList<AllocatorListener> listeners = new CopyOnWriteArrayList<>();

	/** Held while this node is being ended; taken by a parent before its children. */
	private final ReentrantLock ending = new ReentrantLock();

	/** Set by {@link #ending}'s holder, read by anyone. */
	private volatile boolean closed;

	/**
	 * Set by {@link #ending}'s holder: whether somebody is trying to complete the close.
	 */
	private boolean pending;

	/**
	 * Blocks and bytes of regions that had to be closed along. Guarded by
	 * {@link #ending}.
	 */
	private final long[] reclaimed = new long[2];

	private Node(@Nullable Node parent, GlobalAlloc backend, AllocatorSpec spec, boolean raw) {
		this.parent = parent;
		this.backend = backend;
		this.raw = raw;
		this.name = spec.name();
		this.scope = (spec.scope != null) ? spec.scope : (parent != null) ? parent.scope : "";
		this.probe = (spec.probe != null) ? spec.probe : (parent != null) ? parent.probe : AllocationProbe.NONE;
		this.limitPerRegion = spec.limitPerRegion;
		this.regionChunkSize = spec.regionChunkSize;
		this.liveAtCloseExpected = spec.liveAtCloseExpected;
		this.budget = new BudgetAccount((parent != null) ? parent.budget : null, spec.limit, spec.softLimit,
				() -> reportSoftLimit(spec.softLimit));
		this.budgetView = this.budget.view();
		this.gate = new Gate(this, this.budget, Holdings.over(backend), this.tally, this.probe);
	}

	static Node root(GlobalAlloc backend, AllocatorSpec spec) {
		IllegalCallerException denial = NativeAccess.probe();
		if (denial != null) {
			throw denial;
		}
		return new Node(null, backend, spec, false);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String scope() {
		return this.scope;
	}

	@Override
	public String backend() {
		return this.backend.name();
	}

	@Override
	public Optional<ManagedAllocator> parent() {
		return Optional.ofNullable(this.parent);
	}

	@Override
	public List<ManagedAllocator> children() {
		return List.copyOf(childNodes());
	}

	private List<Node> childNodes() {
		synchronized (this.children) {
			return new ArrayList<>(this.children.values());
		}
	}

	@Override
	public ManagedAllocator child(String name, Consumer<AllocatorSpec> spec) {
		return addChild(name, spec, false);
	}

	@Override
	public GlobalAlloc childBackend(String name, Consumer<AllocatorSpec> spec) {
		return new NodeBackend(addChild(name, spec, true));
	}

	private Node addChild(String name, Consumer<AllocatorSpec> setUp, boolean raw) {
		if (name.isBlank() || name.indexOf('/') >= 0) {
			throw new IllegalArgumentException(
					this.name + ": the name of a child must not be blank or contain a slash: '" + name + "'");
		}
		AllocatorSpec spec = AllocatorSpec.of(this.name + "/" + name, setUp);
		Node child = new Node(this, this.backend, spec, raw);
		synchronized (this.children) {
			// a close that comes later finds the child; one that came before is seen here
			if (this.gate.isClosing()) {
				throw new IllegalStateException(this.name + ": could not create child '" + name + "' (closed)");
			}
			if (this.children.putIfAbsent(name, child) != null) {
				throw new IllegalArgumentException(this.name + ": there is a child named '" + name + "' already");
			}
		}
		announce((listener) -> listener.opened(child));
		return child;
	}

	@Override
	public Budget budget() {
		return this.budgetView;
	}

	@Override
	public AllocatorStats stats() {
		return this.tally.snapshot(this.gate.holdings);
	}

	@Override
	public Region openRegion() {
		return openRegion(false);
	}

	@Override
	public Region openSharedRegion() {
		return openRegion(true);
	}

	private Region openRegion(boolean shared) {
		BudgetAccount account = (this.limitPerRegion == Budget.UNLIMITED) ? this.budget
				: new BudgetAccount(this.budget, this.limitPerRegion);
		RegionLease lease = new RegionLease(this, account, this.regionChunkSize);
		Region region = lease.open(shared);
		this.tally.regionOpened();
		this.regions.add(lease);
		// a close that comes later finds the lease; one that came before is seen here
		if (this.gate.isClosing()) {
			region.close();
			throw this.gate.failure(Layout.ofBytes(0), Reason.CLOSED, this.budget);
		}
		return region;
	}

	/** A region has given everything back. */
	void closed(RegionLease lease) {
		if (this.regions.remove(lease)) {
			this.tally.regionClosed();
		}
		if (this.gate.isClosing() && !this.ending.isHeldByCurrentThread()) {
			top().tryEnd();
		}
	}

	/** A chunk of a region goes back, at the latest because this node ends. */
	void reclaimed(long bytes) {
		if (this.ending.isHeldByCurrentThread()) {
			this.reclaimed[0]++;
			this.reclaimed[1] += bytes;
		}
	}

	/** Returns the uppermost ancestor that is closing, or this. */
	private Node top() {
		Node top = this;
		while (top.parent != null && top.parent.gate.isClosing()) {
			top = top.parent;
		}
		return top;
	}

	@Override
	public MemorySegment allocate(Layout layout) {
		return this.gate.allocate(layout, false);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		return this.gate.allocate(layout, true);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		this.gate.deallocate(block, layout);
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return this.gate.grow(block, oldLayout, newLayout, false);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return this.gate.grow(block, oldLayout, newLayout, true);
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return this.gate.shrink(block, oldLayout, newLayout);
	}

	/** Returns the node of this tree that holds a block which starts at an address. */
	@Nullable Node findOwner(long address) {
		Node root = this;
		while (root.parent != null) {
			root = root.parent;
		}
		return root.findOwnerBelow(address);
	}

	private @Nullable Node findOwnerBelow(long address) {
		if (this.gate.owns(address)) {
			return this;
		}
		for (Node child : childNodes()) {
			Node owner = child.findOwnerBelow(address);
			if (owner != null) {
				return owner;
			}
		}
		return null;
	}

	@Override
	public void addListener(AllocatorListener listener) {
		this.listeners.add(listener);
		tellOfAll(listener);
	}

	private void tellOfAll(AllocatorListener listener) {
		listener.opened(this);
		childNodes().forEach((child) -> child.tellOfAll(listener));
	}

	@Override
	public void removeListener(AllocatorListener listener) {
		this.listeners.remove(listener);
	}

	private void announce(Consumer<AllocatorListener> event) {
		for (Node node = this; node != null; node = node.parent) {
			node.listeners.forEach(event);
		}
	}

	@Override
	public boolean isOpen() {
		return !this.gate.isClosing();
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public void close() {
		closeGates();
		if (!tryEnd()) {
			retryLater();
		}
	}

	private void closeGates() {
		if (this.raw) {
			return;
		}
		List<Node> found;
		synchronized (this.children) {
			this.gate.close();
			found = childNodes();
		}
		found.forEach(Node::closeGates);
	}

	private void retryLater() {
		this.ending.lock();
		try {
			if (this.pending || this.closed) {
				return;
			}
			this.pending = true;
		}
		finally {
			this.ending.unlock();
		}
		PendingClose.retry(this::tryEnd);
	}

	/** Does what can be done now to end this node; returns whether it has ended. */
	private boolean tryEnd() {
		if (this.raw) {
			return true;
		}
		this.ending.lock();
		try {
			if (this.closed) {
				return true;
			}
			boolean revocable = true;
			for (Node child : childNodes()) {
				revocable &= child.tryEnd();
			}
			for (RegionLease region : this.regions) {
				revocable &= region.tryRevoke();
			}
			revocable &= tryRevoke();
			if (!revocable) {
				return false;
			}
			returnAll();
			childNodes().forEach(Node::reportStillLive);
			this.closed = true;
		}
		finally {
			this.ending.unlock();
		}
		leave();
		return true;
	}

	private boolean tryRevoke() {
		try {
			this.gate.revoke();
			return true;
		}
		catch (IllegalStateException ex) {
			// held by a native call
			return false;
		}
	}

	private void returnAll() {
		long[] live = this.gate.drain();
		live[0] += this.reclaimed[0];
		live[1] += this.reclaimed[1];
		if (live[0] == 0) {
			return;
		}
		logger.log(this.liveAtCloseExpected ? Level.INFO : Level.WARNING,
				() -> "%s: closed with %d blocks (%d bytes) still live".formatted(this.name, live[0], live[1]));
		if (!this.liveAtCloseExpected) {
			countLeaks(live[0], live[1]);
		}
	}

	/** A child whose users do not know the tree outlives it. */
	private void reportStillLive() {
		long live = this.budget.used();
		if (live != 0) {
			logger.log(Level.INFO, () -> "%s: %d bytes are still live and stay so".formatted(this.name, live));
		}
	}

	/** Counts leaks here, and at the ancestors, where they stay visible. */
	private void countLeaks(long blocks, long bytes) {
		for (Node node = this; node != null; node = node.parent) {
			node.tally.leaked(blocks, bytes);
		}
	}

	private void leave() {
		announce((listener) -> listener.closed(this));
		if (this.parent != null) {
			synchronized (this.parent.children) {
				this.parent.children.values().remove(this);
			}
		}
	}

	private void reportSoftLimit(long softLimit) {
		logger.log(Level.WARNING, () -> "%s: reached its soft limit (%d bytes)".formatted(this.name, softLimit));
	}

	boolean isValid() {
		return !(this.gate.holdings instanceof TableHoldings table) || table.isValid();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
