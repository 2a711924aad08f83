package io.freehold.managed;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.Budget;
import io.freehold.budget.BudgetAccount;
import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.StackSpace;
import io.freehold.probe.AllocationProbe;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stats.AllocatorStats;

import org.jspecify.annotations.Nullable;

/**
 * A node of the tree: who it belongs to, what belongs to it, and what it is told to do.
 * Blocks pass its {@link Gate}; how it closes is the business of its {@link Ending}.
 */
final class Node implements ManagedAllocator, Place {

	/**
	 * A close takes some stack for each level, and has to work in any thread.
	 */
	static final int MAX_DEPTH = 500;

	final @Nullable Node parent;

	/** How many ancestors there are. */
	private final int depth;

	/** The last part of the name, by which the parent knows it. */
	private final String key;

	private final String name;

	private final String scope;

	private final GlobalAlloc backend;

	/** Only ever replaced by none. */
	private volatile AllocationProbe probe;

	final long limitPerRegion;

	final long regionChunkSize;

	/** Whether blocks outlive the tree, because their users do not know it. */
	final boolean outlivesTree;

	final BudgetAccount budget;

	private final Budget budgetView;

	final NodeGate gate;

	private final Tally tally = new Tally();

	final Children children = new Children(this);

	/** The regions and heaps that are open. */
	private final Leases leases = new Leases();

	final Heaps heaps;

	private final Listeners listeners = new Listeners();

	final Ending ending;

	private Node(@Nullable Node parent, String key, GlobalAlloc backend, AllocatorSpec spec, boolean outlivesTree) {
		this.parent = parent;
		this.depth = (parent != null) ? parent.depth + 1 : 0;
		this.key = key;
		this.backend = (spec.backend != null) ? spec.backend : backend;
		this.outlivesTree = outlivesTree;
		this.name = spec.name();
		this.scope = (spec.scope != null) ? spec.scope : (parent != null) ? parent.scope : "";
		this.probe = (spec.probe != null) ? spec.probe : (parent != null) ? parent.probe : AllocationProbe.NONE;
		this.limitPerRegion = spec.limitPerRegion;
		this.regionChunkSize = spec.regionChunkSize;
		this.ending = new Ending(this, spec.liveAtClose);
		this.budget = new BudgetAccount((parent != null) ? parent.budget : null, spec.limit, spec.softLimit,
				new SoftLimitReport(this, spec.softLimit));
		this.budgetView = this.budget.view(new LimitChange(this));
		this.gate = new NodeGate(this, this.budget, this.backend, this.tally, this.probe, !outlivesTree);
		this.heaps = new Heaps(this, this.backend, this.tally);
	}

	static Node root(GlobalAlloc backend, AllocatorSpec spec) {
		FirstUse.prepare();
		return newRoot(backend, spec);
	}

	static Node newRoot(GlobalAlloc backend, AllocatorSpec spec) {
		return new Node(null, "root", backend, spec, false);
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
		StackSpace.forBackend();
		return List.copyOf(this.children.nodes());
	}

	@Override
	public ManagedAllocator child(String name, Consumer<AllocatorSpec> spec) {
		return addChild(name, spec, false);
	}

	@Override
	public GlobalAlloc childBackend(String name, Consumer<AllocatorSpec> spec) {
		return new NodeBackend(addChild(name, spec, true));
	}

	private Node addChild(String name, Consumer<AllocatorSpec> setUp, boolean outlivesTree) {
		StackSpace.forOperation();
		Children.requireName(this, name);
		if (this.depth == MAX_DEPTH) {
			throw new IllegalStateException(this + ": could not create child '" + name + "' (a tree has no more than "
					+ MAX_DEPTH + " levels below its root)");
		}
		Node child = new Node(this, name, this.backend, AllocatorSpec.of(this.name + "/" + name, setUp), outlivesTree);
		this.children.add(name, child);
		announce(Listeners.Event.OPENED, child);
		return child;
	}

	/** Creates a child that outlives the tree, and is set up by nobody. */
	Node addRaw(String name) {
		Children.requireName(this, name);
		Node child = new Node(this, name, this.backend, new AllocatorSpec(this.name + "/" + name), true);
		this.children.add(name, child);
		return child;
	}

	@Override
	public Budget budget() {
		return this.budgetView;
	}

	@Override
	public AllocatorStats stats() {
		return this.tally.snapshot(this.gate.ledger, this.leases);
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
		StackSpace.forOperation();
		RegionLease lease = new RegionLease(this);
		Region region = lease.open(shared);
		this.leases.add(lease);
		// a close that comes later finds the lease; one that came before is seen here
		if (this.gate.isClosing()) {
			region.close();
			throw this.gate.failure(Layout.ofBytes(0), Reason.CLOSED, 0);
		}
		return region;
	}

	@Override
	public Heap openHeap() {
		StackSpace.forOperation();
		return this.heaps.open();
	}

	AllocationProbe probe() {
		return this.probe;
	}

	Leases leases() {
		return this.leases;
	}

	/** A region or a heap has given everything back. */
	void closed(Lease lease) {
		this.leases.remove(lease);
		if (this.gate.isClosing()) {
			try {
				this.ending.leaseClosed();
			}
			catch (Throwable ex) {
				// that of the lease is complete, whatever becomes of that of the node
				this.ending.retryLater();
			}
		}
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

	@Override
	public void describeLimits(StringBuilder text, long asked) {
		Refusal.path(text, this, asked);
	}

	@Override
	public @Nullable String describeOwner(long address) {
		Node root = this;
		while (root.parent != null) {
			root = root.parent;
		}
		return root.describeOwnerBelow(address);
	}

	private @Nullable String describeOwnerBelow(long address) {
		String owner = this.gate.describeOwned(address);
		owner = (owner != null) ? owner : this.heaps.describeOwned(address);
		for (Node child : this.children.nodes()) {
			owner = (owner != null) ? owner : child.describeOwnerBelow(address);
		}
		return owner;
	}

	@Override
	public void addListener(AllocatorListener listener) {
		StackSpace.forOperation();
		this.listeners.add(listener);
		boolean told = false;
		try {
			tellOfAll(listener);
			told = true;
		}
		finally {
			if (!told) {
				this.listeners.remove(listener);
			}
		}
	}

	private void tellOfAll(AllocatorListener listener) {
		listener.opened(this);
		for (Node child : this.children.nodes()) {
			child.tellOfAll(listener);
		}
	}

	@Override
	public void removeListener(AllocatorListener listener) {
		StackSpace.forBackend();
		this.listeners.remove(listener);
	}

	/** Tells the listeners of this node and its ancestors. Throws nothing. */
	private void announce(Listeners.Event event, Node subject) {
		for (Node node = this; node != null; node = node.parent) {
			node.listeners.announce(event, subject);
		}
	}

	@Override
	public boolean isOpen() {
		return !this.gate.isClosing();
	}

	@Override
	public boolean isClosed() {
		return this.ending.hasEnded();
	}

	@Override
	public void close() {
		if (!this.outlivesTree) {
			this.ending.begin();
		}
	}

	void leaked(long blocks, long bytes) {
		this.tally.leaked(blocks, bytes);
	}

	void announceClosed() {
		announce(Listeners.Event.CLOSED, this);
	}

	/** Has the parent count what leaked, where it stays visible. */
	void passLeaksOn() {
		if (this.parent != null) {
			this.parent.tally.addLeaksOf(this.tally);
		}
	}

	/** Leaves the tree, having ended. */
	void leave() {
		if (this.parent != null) {
			this.parent.children.remove(this.key, this);
		}
	}

	/** Has ended and will not have any block again. */
	void retire() {
		this.gate.retire();
		this.heaps.retire();
		forgetProbe();
		this.listeners.clear();
	}

	/**
	 * Tells nobody of the context that it belongs to anything more, and keeps nothing of
	 * that reachable.
	 */
	private void forgetProbe() {
		this.probe = AllocationProbe.NONE;
		this.gate.forgetProbe();
	}

	/**
	 * Prepares a node that outlives its tree for its end: what was opened or created on
	 * it ends now, and its blocks stay until they are freed.
	 */
	void dismiss() {
		forgetProbe();
		for (Node child : this.children.nodes()) {
			child.close();
		}
		for (Lease lease : this.leases.open()) {
			lease.tryRevoke();
		}
	}

	/**
	 * Ends a node that was dismissed, if it has no block. To be called by one thread at a
	 * time.
	 * @return whether it has ended
	 */
	boolean tryLeave() {
		if (this.gate.holdsAny()) {
			return false;
		}
		// what comes later is refused, and what came before is seen
		this.children.closeGate();
		if (this.gate.holdsAny()) {
			return false;
		}
		this.gate.ledger.close();
		leave();
		retire();
		return true;
	}

	/** Whether the books of this subtree agree, while nothing is in flight there. */
	boolean isValid() {
		boolean valid = this.gate.isValid() && this.leases.isValid() && this.heaps.isValid()
				&& this.budget.used() == liveBytes();
		for (Node child : this.children.nodes()) {
			valid &= child.isValid();
		}
		return valid;
	}

	private long liveBytes() {
		long sum = stats().liveBytes();
		for (Node child : this.children.nodes()) {
			sum += child.liveBytes();
		}
		return sum;
	}

	@Override
	public String toString() {
		return this.name;
	}

	/** Tells the listeners that the limit was changed. */
	private record LimitChange(Node node) implements Runnable {

		@Override
		public void run() {
			this.node.announce(Listeners.Event.LIMIT_CHANGED, this.node);
		}

	}

	/** Logs that the soft limit was reached. */
	private record SoftLimitReport(Node node, long softLimit) implements Runnable {

		@Override
		public void run() {
			Faults.log(Level.WARNING, this.node + ": reached its soft limit (" + this.softLimit + " bytes)", null);
		}

	}

}
