package io.freehold.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.freehold.global.Global;
import io.freehold.global.GlobalAttachment;
import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The allocators of one application context: a tree over one backend. The tree closes
 * after everything else in the context; the backend stays open, for it may serve other
 * contexts.
 *
 * <p>
 * The tree of a context whose parent has one is part of that tree: its root is a child of
 * the parent's root, so that one budget bounds both.
 */
public final class AllocatorTree implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(AllocatorTree.class);

	private final @Nullable AllocatorTree parent;

	private final GlobalAlloc backend;

	private final List<AllocatorSpecCustomizer> customizers;

	private final ManagedAllocator root;

	/** Set once, while the context is set up. */
	private volatile @Nullable GlobalAttachment global;

	/** Those below that are not closed. Copied on write. */
	private final List<AllocatorTree> below = new CopyOnWriteArrayList<>();

	/**
	 * Creates a tree with nothing but a root.
	 * @param backend where the memory comes from
	 * @param customizers adjust every allocator of the tree, in this order
	 * @param spec sets up the root
	 */
	public AllocatorTree(GlobalAlloc backend, List<AllocatorSpecCustomizer> customizers, Consumer<AllocatorSpec> spec) {
		this.parent = null;
		this.backend = backend;
		this.customizers = List.copyOf(customizers);
		this.root = ManagedAllocator.root(backend, customized(spec));
	}

	private AllocatorTree(AllocatorTree parent, String name, GlobalAlloc backend,
			List<AllocatorSpecCustomizer> customizers, Consumer<AllocatorSpec> spec) {
		this.parent = parent;
		this.backend = backend;
		this.customizers = List.copyOf(customizers);
		Consumer<AllocatorSpec> customized = customized(spec);
		this.root = parent.addUnique(name, (target) -> {
			target.backend(backend);
			customized.accept(target);
		});
		parent.below.add(this);
	}

	/**
	 * Creates a tree whose root is a child of this one's.
	 * @param name the name of its root, to which a number is added if it is taken; a
	 * slash in it becomes a dash
	 * @param backend where its memory comes from
	 * @param customizers adjust every allocator of the new tree, in this order
	 * @param spec sets up the root of the new tree
	 * @return the new tree, which closes with this one at the latest
	 * @throws IllegalStateException if this tree is closed
	 */
	public AllocatorTree hang(String name, GlobalAlloc backend, List<AllocatorSpecCustomizer> customizers,
			Consumer<AllocatorSpec> spec) {
		return new AllocatorTree(this, name.replace('/', '-'), backend, customizers, spec);
	}

	private ManagedAllocator addUnique(String wanted, Consumer<AllocatorSpec> spec) {
		String name = wanted;
		int number = 1;
		while (true) {
			while (isTaken(name)) {
				number++;
				name = wanted + "-" + number;
			}
			try {
				return this.root.child(name, spec);
			}
			catch (IllegalArgumentException ex) {
				// another context may have taken the name meanwhile
				if (!isTaken(name)) {
					throw ex;
				}
			}
		}
	}

	private boolean isTaken(String name) {
		return AllocatorName.isReserved(name) || find(name).isPresent();
	}

	/**
	 * Returns the tree that this one is part of.
	 * @return the tree of the parent context, empty if there is none
	 */
	public Optional<AllocatorTree> parent() {
		return Optional.ofNullable(this.parent);
	}

	/**
	 * Returns the tree that all others of the hierarchy of contexts are part of.
	 * @return the uppermost tree, this one if it has no parent
	 */
	public AllocatorTree top() {
		AllocatorTree top = this;
		while (top.parent != null) {
			top = top.parent;
		}
		return top;
	}

	/**
	 * Returns the roots of this tree and of those that are part of it and are not closed.
	 * @return the roots, each after that of the tree it is part of
	 */
	public List<ManagedAllocator> roots() {
		List<ManagedAllocator> roots = new ArrayList<>();
		collectRoots(roots);
		return roots;
	}

	private void collectRoots(List<ManagedAllocator> roots) {
		roots.add(this.root);
		this.below.forEach((tree) -> tree.collectRoots(roots));
	}

	/**
	 * Returns the root, whose budget is that of the whole tree.
	 * @return the root
	 */
	public ManagedAllocator root() {
		return this.root;
	}

	/**
	 * Returns the backend.
	 * @return the backend
	 */
	public GlobalAlloc backend() {
		return this.backend;
	}

	/**
	 * Creates a child of the root.
	 * @param name its name
	 * @param spec sets it up, before the customizers do
	 * @return the child
	 */
	public ManagedAllocator add(String name, Consumer<AllocatorSpec> spec) {
		return this.root.child(name, customized(spec));
	}

	/**
	 * Creates a child of the root for all instances of a scope.
	 * @param scope the name of the scope, and of the child
	 * @param limit limits the bytes of all instances together
	 * @param limitPerInstance limits the bytes of each instance
	 * @return the child
	 */
	public ManagedAllocator addScope(String scope, MemoryLimit limit, MemoryLimit limitPerInstance) {
		return add(scope, (spec) -> spec.scope(scope).limit(limit.bytes()).limitPerRegion(limitPerInstance.bytes()));
	}

	/**
	 * Returns a child of the root.
	 * @param name its name
	 * @return the child
	 * @throws IllegalArgumentException if there is none
	 */
	public ManagedAllocator get(String name) {
		return find(name).orElseThrow(
				() -> new IllegalArgumentException("there is no allocator '" + this.root.name() + "/" + name + "'"));
	}

	private Optional<ManagedAllocator> find(String name) {
		String path = this.root.name() + "/" + name;
		return this.root.children().stream().filter((child) -> child.name().equals(path)).findFirst();
	}

	/**
	 * Has this tree serve {@link Global}, counted here as {@code root/global}, until it
	 * closes or another tree does so. Does nothing if the application has chosen a
	 * backend for {@code Global} itself.
	 * @param holder the name of the context, for {@link Global#holders()}
	 */
	public void attachGlobal(String holder) {
		Optional<GlobalAttachment> attached = Global.attach(this.root, holder,
				customized((spec) -> spec.scope("global").expectLiveAtClose()));
		this.global = attached.orElse(null);
		if (attached.isEmpty()) {
			String installed = Global.installed().map(GlobalAlloc::name).orElse("");
			if (!installed.equals(this.backend.name())) {
				logger.warn("Global stays with backend '" + installed
						+ "', which was chosen first in this JVM; the allocators of this context use backend '"
						+ this.backend.name() + "'");
			}
		}
	}

	private Consumer<AllocatorSpec> customized(Consumer<AllocatorSpec> spec) {
		return (target) -> {
			spec.accept(target);
			this.customizers.forEach((customizer) -> customizer.customize(target));
		};
	}

	@Override
	public void close() {
		if (this.parent != null) {
			this.parent.below.remove(this);
		}
		GlobalAttachment global = this.global;
		try {
			if (global != null) {
				// before the limits end that it is bounded by
				global.close();
			}
		}
		finally {
			this.root.close();
		}
	}

}
