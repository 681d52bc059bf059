package testenv

import (
	"context"
	"errors"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// Namespace creates a namespace of a fresh name, and removes it with its FolderSyncs, integrations and
// Secrets when the test ends. A manager that is to see them go has to be stopped by a cleanup registered
// before this call.
func (e *Env) Namespace(t testing.TB) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := e.Client.Create(t.Context(), namespace); err != nil {
		t.Fatalf("create a namespace: %v", err)
	}
	t.Cleanup(func() {
		if err := e.remove(context.WithoutCancel(t.Context()), namespace); err != nil {
			t.Errorf("remove namespace %s: %v", namespace.Name, err)
		}
	})
	return namespace.Name
}

// letGo takes the finalizers off integrations whose operator has been stopped.
func (e *Env) letGo(ctx context.Context, namespace string) error {
	var kept v1alpha1.IntralinksIntegrationList
	if err := e.Client.List(ctx, &kept, client.InNamespace(namespace)); err != nil {
		return err
	}
	for i := range kept.Items {
		kept.Items[i].Finalizers = nil
		if err := client.IgnoreNotFound(e.Client.Update(ctx, &kept.Items[i])); err != nil {
			return err
		}
	}
	return nil
}

// remove does what the namespace controller does where there is one.
func (e *Env) remove(ctx context.Context, namespace *corev1.Namespace) error {
	var failures []error
	for _, kind := range []client.Object{&v1alpha1.FolderSync{}, &v1alpha1.IntralinksIntegration{}, &corev1.Secret{}} {
		if err := e.Client.DeleteAllOf(ctx, kind, client.InNamespace(namespace.Name)); err != nil {
			failures = append(failures, fmt.Errorf("delete every %T: %w", kind, err))
		}
	}
	if err := errors.Join(append(failures, e.letGo(ctx, namespace.Name))...); err != nil {
		return err
	}
	if err := e.Client.Delete(ctx, namespace); err != nil {
		return err
	}
	if err := e.Client.Get(ctx, client.ObjectKeyFromObject(namespace), namespace); err != nil {
		return err
	}
	namespace.Spec.Finalizers = nil
	return e.Client.SubResource("finalize").Update(ctx, namespace)
}
