package io.freehold.spring;

import java.util.List;
import java.util.function.Consumer;

import io.freehold.global.Global;
import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The allocators of one application context: a tree over one backend. The tree closes
 * after everything else in the context; the backend stays open, for it may serve other
 * contexts.
 */
public final class AllocatorTree implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(AllocatorTree.class);

	private final GlobalAlloc backend;

	private final List<AllocatorSpecCustomizer> customizers;

	private final ManagedAllocator root;

	/**
	 * Creates a tree with nothing but a root.
	 * @param backend where the memory comes from
	 * @param customizers adjust every allocator of the tree, in this order
	 * @param spec sets up the root
	 */
	public AllocatorTree(GlobalAlloc backend, List<AllocatorSpecCustomizer> customizers, Consumer<AllocatorSpec> spec) {
		this.backend = backend;
		this.customizers = List.copyOf(customizers);
		this.root = ManagedAllocator.root(backend, customized(spec));
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
		String path = this.root.name() + "/" + name;
		return this.root.children()
			.stream()
			.filter((child) -> child.name().equals(path))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("there is no allocator '" + path + "'"));
	}

	/**
	 * Puts this tree's backend behind {@link Global}, counted here as
	 * {@code root/global}, unless another context or the application has chosen one
	 * already: then that one stays, because it can be chosen only once per JVM.
	 */
	public void installGlobal() {
		GlobalAlloc installed = Global.installed().orElse(null);
		if (installed == null) {
			try {
				Global.install(this.root.childBackend("global",
						customized((spec) -> spec.scope("global").expectLiveAtClose())));
				return;
			}
			catch (IllegalStateException ex) {
				// somebody else was faster
				installed = Global.installed().orElseThrow();
			}
		}
		if (!installed.name().equals(this.backend.name())) {
			logger.warn("Global stays with backend '" + installed.name()
					+ "', which was chosen first in this JVM; the allocators of this context use backend '"
					+ this.backend.name() + "'");
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
		this.root.close();
	}

}
