package allowance

import "context"

// Start renews the Lease until ctx ends. It is for the replica that leads.
func (c *Claims) Start(ctx context.Context) error {
	ticker := c.Clock.NewTicker(renewInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
		}
		// What hangs is tried anew, before what is held is lost.
		attempt, cancel := context.WithTimeout(ctx, renewInterval)
		if err := c.renew(attempt); err != nil && ctx.Err() == nil {
			c.Log.Error(err, "what this deployment spends of Luminance's allowances could not be renewed")
		}
		cancel()
	}
}

// renew writes the Lease, and gives way to whoever names the same instance all the same.
func (c *Claims) renew(ctx context.Context) error {
	c.talk.Lock()
	defer c.talk.Unlock()
	if c.lease == nil || !c.tidy() {
		return nil
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	others, err := c.others(ctx)
	if err != nil {
		return err
	}
	for i := range others {
		for key, period := range namedIn(&others[i]) {
			if !c.over(&others[i], period) && c.lose(key) {
				c.Log.Info("another deployment spends from the allowance of the same Luminance instance; this one stops",
					"instance", key, "namespace", others[i].Namespace, "lease", others[i].Name)
			}
		}
	}
	return nil
}

// tidy takes back what the last renewal was too long ago for, and drops what has had its time; false: nothing is left, nor
// was before.
func (c *Claims) tidy() (anything bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lapsed := !c.valid()
	for key, e := range c.entries {
		if e.held && lapsed {
			e.held, e.until = false, c.renewed.Add(validity+e.period)
		}
		if !e.held && c.Clock.Now().After(e.until) {
			delete(c.entries, key)
		}
	}
	return len(c.entries) > 0 || len(namedIn(c.lease)) > 0
}

// lose gives up an instance; false: it wasn't held.
func (c *Claims) lose(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil || !e.held {
		return false
	}
	e.held, e.until = false, c.Clock.Now().Add(e.period)
	return true
}
