package io.freehold.spring.scope;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;

import io.freehold.spring.AllocatorScope;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Wraps beans that have methods with {@link AllocatorScope} in proxies that open a
 * {@link MethodScope} around them, and refuses methods for which that cannot work. The
 * scope is outside of what other proxies do, such as transactions, but inside of
 * {@code @Async}: it belongs to the thread that does the work.
 */
public final class AllocatorScopePostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	/** The last parameter of a suspending function. */
	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	/** Whether beans of a class have such methods. */
	private final Map<Class<?>, Boolean> annotated = new ConcurrentHashMap<>();

	/**
	 * Creates a post-processor.
	 * @param scope the scope to open
	 */
	public AllocatorScopePostProcessor(MethodScope scope) {
		this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, AllocatorScope.class, true),
				scope);
		setBeforeExistingAdvisors(true);
		// that of @Async comes later, and goes before this one
		setOrder(Ordered.LOWEST_PRECEDENCE - 1);
	}

	/**
	 * Behind {@code @Async} also where that was applied before, as with an order of its
	 * own.
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Object processed = super.postProcessAfterInitialization(bean, beanName);
		if (processed instanceof Advised advised && !advised.isFrozen() && this.advisor != null) {
			int present = advised.indexOf(this.advisor);
			int async = lastAsync(advised);
			if (present >= 0 && present < async) {
				advised.removeAdvisor(present);
				// the one for @Async has moved by one
				advised.addAdvisor(async, this.advisor);
			}
		}
		return processed;
	}

	private static int lastAsync(Advised advised) {
		Advisor[] advisors = advised.getAdvisors();
		int last = advisors.length - 1;
		while (last >= 0 && !(advisors[last].getAdvice() instanceof AsyncExecutionInterceptor)) {
			last--;
		}
		return last;
	}

	@Override
	protected boolean isEligible(Class<?> targetClass) {
		Boolean known = this.annotated.get(targetClass);
		if (known == null) {
			// not within the map, which would hold a monitor meanwhile
			known = hasScopes(targetClass);
			this.annotated.put(targetClass, known);
		}
		return known && super.isEligible(targetClass);
	}

	private static boolean hasScopes(Class<?> type) {
		if (!AnnotationUtils.isCandidateClass(type, AllocatorScope.class)) {
			return false;
		}
		boolean[] found = new boolean[1];
		ReflectionUtils.doWithMethods(type, (method) -> {
			if (!method.isBridge() && AnnotatedElementUtils.hasAnnotation(method, AllocatorScope.class)) {
				require(method);
				found[0] = true;
			}
		});
		return found[0];
	}

	private static void require(Method method) {
		int modifiers = method.getModifiers();
		// whose interfaces are what counts
		boolean overridable = Proxy.isProxyClass(method.getDeclaringClass());
		if (!overridable && (modifiers & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0) {
			throw new InvalidAllocatorScopeException(method,
					"it is private, static or final, so that no proxy can open a scope around it",
					"make the method one that a subclass could override");
		}
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length > 0 && parameters[parameters.length - 1].getName().equals(CONTINUATION)) {
			throw new InvalidAllocatorScopeException(method,
					"it is a suspending function of Kotlin, which goes on when it has returned for the first time and its"
							+ " memory is freed",
					"use the memory of the request, or open a region of another allocator for the work");
		}
		ReactiveAdapter reactive = ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
		if (Flow.Publisher.class.isAssignableFrom(method.getReturnType())
				|| (reactive != null && reactive.getDescriptor().isDeferred())) {
			throw new InvalidAllocatorScopeException(method,
					"it returns " + method.getReturnType().getName()
							+ ", whose work begins when the method has returned and its memory is freed",
					"use the memory of the request, or open a region of another allocator for the work");
		}
	}

}
