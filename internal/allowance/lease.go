package allowance

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// label is on the Leases of all deployments.
	label, labelled = "dataroom.dev/holds", "luminance-allowances"
	// named begins the annotation for an instance; its value is the allowance's period.
	named = "allowance.dataroom.dev/"
)

// open reads the Lease that an earlier process of this deployment left. What it names, that one may have spent from.
func (c *Claims) open(ctx context.Context) error {
	if c.lease != nil {
		return nil
	}
	lease, err := c.read(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = map[string]*entry{}
	for key, period := range namedIn(lease) {
		c.entries[key] = &entry{period: period, until: c.Clock.Now().Add(validity + period)}
	}
	c.lease = lease
	return nil
}

// read gives the Lease as the API server has it, or one to create.
func (c *Claims) read(ctx context.Context) (*coordinationv1.Lease, error) {
	lease := &coordinationv1.Lease{}
	err := c.Reader.Get(ctx, types.NamespacedName{Namespace: c.Namespace, Name: c.Name}, lease)
	if apierrors.IsNotFound(err) {
		return &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read Lease %s/%s: %w", c.Namespace, c.Name, err)
	}
	return lease, nil
}

// write renews the Lease with the instances as they are. A former leader of this deployment that has yet to end may have
// written, too: what it wrote is read, and written over.
func (c *Claims) write(ctx context.Context) error {
	err := c.tryWrite(ctx)
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err) {
		lease, readErr := c.read(ctx)
		if readErr != nil {
			return readErr
		}
		c.lease = lease
		err = c.tryWrite(ctx)
	}
	if err != nil {
		return fmt.Errorf("renew Lease %s/%s: %w", c.Namespace, c.Name, err)
	}
	return nil
}

func (c *Claims) tryWrite(ctx context.Context) error {
	began := c.Clock.Now()
	next := c.lease.DeepCopy()
	next.Labels = withKey(next.Labels, label, labelled)
	next.Annotations = c.annotate(next.Annotations)
	seconds, at := int32(leaseDuration/time.Second), metav1.NewMicroTime(began)
	next.Spec.HolderIdentity, next.Spec.LeaseDurationSeconds, next.Spec.RenewTime = &c.Identity, &seconds, &at
	var err error
	if next.ResourceVersion == "" {
		err = c.Writer.Create(ctx, next)
	} else {
		err = c.Writer.Update(ctx, next)
	}
	if err != nil {
		return err
	}
	c.lease = next
	c.mu.Lock()
	defer c.mu.Unlock()
	c.renewed = began
	return nil
}

// annotate has the annotations say what is named, and what this deployment looks after.
func (c *Claims) annotate(annotations map[string]string) map[string]string {
	maps.DeleteFunc(annotations, func(key, _ string) bool { return strings.HasPrefix(key, named) })
	annotations = c.Watched.annotate(annotations)
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, e := range c.entries {
		annotations[named+key] = e.period.String()
	}
	return annotations
}

// namedIn gives the instances that a Lease names, with their periods.
func namedIn(lease *coordinationv1.Lease) map[string]time.Duration {
	found := map[string]time.Duration{}
	for name, value := range lease.Annotations {
		if key, ok := strings.CutPrefix(name, named); ok {
			period, err := time.ParseDuration(value)
			if err != nil {
				period = 24 * time.Hour // a later version may write it otherwise; no period is longer
			}
			found[key] = period
		}
	}
	return found
}

func withKey(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// free fails with a *TakenError where another deployment names an instance.
func (c *Claims) free(ctx context.Context, key string) error {
	taken, err := c.takenBy(ctx, key)
	if err != nil {
		return err
	}
	if taken != nil {
		return taken
	}
	return nil
}

// takenBy gives another deployment that names an instance; nil if none does.
func (c *Claims) takenBy(ctx context.Context, key string) (*TakenError, error) {
	others, err := c.others(ctx)
	if err != nil {
		return nil, err
	}
	for i := range others {
		if period, ok := namedIn(&others[i])[key]; ok && !c.over(&others[i], period) {
			return takenBy(&others[i]), nil
		}
	}
	return nil, nil
}

// others are the Leases of the other deployments that can be seen from here.
func (c *Claims) others(ctx context.Context) ([]coordinationv1.Lease, error) {
	options := []client.ListOption{client.MatchingLabels{label: labelled}}
	if len(c.Watched.Namespaces) > 0 {
		options = append(options, client.InNamespace(c.Namespace))
	}
	var all coordinationv1.LeaseList
	if err := c.Reader.List(ctx, &all, options...); err != nil {
		return nil, fmt.Errorf("look for other deployments of the operator: %w", err)
	}
	others := all.Items[:0]
	for _, lease := range all.Items {
		if lease.Namespace == c.Namespace && lease.Name == c.Name {
			continue
		}
		others = append(others, lease)
		if c.seen == nil {
			c.seen = map[types.UID]sighting{}
		}
		if c.seen[lease.UID].version != lease.ResourceVersion {
			c.seen[lease.UID] = sighting{lease.ResourceVersion, c.Clock.Now()}
		}
	}
	return others, nil
}

// over tells whether all that a deployment sent to an instance has left its count: it was seen unchanged for long enough, or
// is so old that no difference between two clocks could explain it.
func (c *Claims) over(lease *coordinationv1.Lease, period time.Duration) bool {
	now, wait := c.Clock.Now(), leaseDuration+period
	if lease.Spec.RenewTime != nil && now.Sub(lease.Spec.RenewTime.Time) > wait+maxSkew {
		return true
	}
	return now.Sub(c.seen[lease.UID].at) > wait
}
