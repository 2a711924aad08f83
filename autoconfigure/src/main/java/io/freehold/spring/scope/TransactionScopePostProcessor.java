package io.freehold.spring.scope;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Has every transaction manager tell the {@link TransactionScope} of its transactions,
 * before it tells any other listener, and that a transaction begins to end after it has
 * told all others: one that throws cannot keep memory from being freed then.
 */
public final class TransactionScopePostProcessor implements BeanPostProcessor {

	private final TransactionScope scope;

	/**
	 * Creates a post-processor.
	 * @param scope the scope to tell
	 */
	public TransactionScopePostProcessor(TransactionScope scope) {
		this.scope = scope;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PlatformTransactionManager && bean instanceof ConfigurableTransactionManager manager) {
			List<TransactionExecutionListener> listeners = new ArrayList<>(manager.getTransactionExecutionListeners());
			// among those that are beans, Boot has added it somewhere
			listeners.removeAll(List.of(this.scope, this.scope.last()));
			listeners.addFirst(this.scope);
			listeners.addLast(this.scope.last());
			manager.setTransactionExecutionListeners(listeners);
		}
		return bean;
	}

}
