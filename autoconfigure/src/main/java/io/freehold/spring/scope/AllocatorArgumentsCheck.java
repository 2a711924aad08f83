package io.freehold.spring.scope;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.method.HandlerMethod;

/**
 * Looks at the parameters of all handler methods when the application starts, so that one
 * that cannot be resolved stops it then, and not the first request. Methods of
 * controllers and of their advice that handle exceptions, or provide attributes or
 * binders, are looked at too. It looks at types alone, and so works for beans of any
 * scope, and creates none.
 */
public final class AllocatorArgumentsCheck implements SmartInitializingSingleton {

	private final ApplicationContext context;

	private final Supplier<Stream<HandlerMethod>> handlers;

	private final Consumer<MethodParameter> check;

	/**
	 * Creates a check.
	 * @param context has the controllers and their advice
	 * @param handlers gives all handler methods that are known by now
	 * @param check throws if a parameter cannot be resolved
	 */
	public AllocatorArgumentsCheck(ApplicationContext context, Supplier<Stream<HandlerMethod>> handlers,
			Consumer<MethodParameter> check) {
		this.context = context;
		this.handlers = handlers;
		this.check = check;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Set<Class<?>> types = new HashSet<>();
		this.handlers.get().forEach((handler) -> {
			check(handler);
			if (types.add(handler.getBeanType())) {
				Object bean = handler.getBean();
				otherHandlers(handler.getBeanType()).forEach((method) -> check((bean instanceof String name)
						? new HandlerMethod(name, this.context, method) : new HandlerMethod(bean, method)));
			}
		});
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.context, Object.class, true,
				false)) {
			Class<?> type = this.context.getType(name, false);
			if (type != null && isAdvice(type) && types.add(ClassUtils.getUserClass(type))) {
				otherHandlers(ClassUtils.getUserClass(type))
					.forEach((method) -> check(new HandlerMethod(name, this.context, method)));
			}
		}
	}

	private static boolean isAdvice(Class<?> type) {
		return MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(ControllerAdvice.class);
	}

	private static Set<Method> otherHandlers(Class<?> type) {
		return MethodIntrospector.selectMethods(type, AllocatorArgumentsCheck::isOtherHandler);
	}

	/** Whether a method is called as handler methods are, but for no request alone. */
	private static boolean isOtherHandler(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		return annotations.isPresent(ExceptionHandler.class) || annotations.isPresent(ModelAttribute.class)
				|| annotations.isPresent(InitBinder.class);
	}

	private void check(HandlerMethod handler) {
		for (MethodParameter parameter : handler.getMethodParameters()) {
			this.check.accept(parameter);
		}
	}

}
