package io.freehold.spring.autoconfigure;

import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorTree;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;

/**
 * Closes the tree after every bean that could use it: beans are destroyed in the opposite
 * order of their creation, and this one, being a post-processor, is created before all
 * others. A backend that is a bean with an end of its own is destroyed after the tree.
 */
final class AllocatorTreeCloser implements BeanFactoryPostProcessor, BeanNameAware, DisposableBean {

	private String name = "allocatorTreeCloser";

	private @Nullable AllocatorTree tree;

	@Override
	public void setBeanName(String name) {
		this.name = name;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String backend : beanFactory.getBeanNamesForType(GlobalAlloc.class, true, false)) {
			((DefaultSingletonBeanRegistry) beanFactory).registerDependentBean(backend, this.name);
		}
	}

	void closeLast(AllocatorTree tree) {
		this.tree = tree;
	}

	@Override
	public void destroy() {
		if (this.tree != null) {
			this.tree.close();
		}
	}

}
