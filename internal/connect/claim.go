package connect

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/allowance"
)

// claim makes sure that no other deployment spends the allowance of an integration's instance.
func (c *Connector) claim(ctx context.Context, integration *v1alpha1.IntralinksIntegration) error {
	limit := LimitOf(integration.Spec.Luminance.RequestBudget)
	err := c.Claims.Claim(ctx, InstanceOf(integration), limit.Period())
	if taken := (*allowance.TakenError)(nil); errors.As(err, &taken) {
		return &Problem{Reason: v1alpha1.AllowanceClaimedElsewhereReason, Message: taken.Error()}
	}
	return err
}

// LeftTo tells whether an object of an integration, or the integration itself, is left to another deployment: one that
// looks after it, too, and spends the instance's allowance already. Two of them would write over each other's statuses.
func (c *Connector) LeftTo(ctx context.Context, integration *v1alpha1.IntralinksIntegration, object client.Object) (*allowance.TakenError, error) {
	taken, err := c.Claims.Taken(ctx, InstanceOf(integration))
	if err != nil || taken == nil || !taken.LooksAfter(object.GetNamespace(), object.GetLabels()) {
		return nil, err
	}
	return taken, nil
}

// leave takes note that an integration has nothing to do with an instance any more. The caller holds mu.
func (c *Connector) leave(instance string, name types.NamespacedName) {
	c.Budgets.Forget(instance, name.String())
	for _, other := range c.cache {
		if other.connection.Instance == instance {
			return
		}
	}
	c.Claims.Release(instance)
}
