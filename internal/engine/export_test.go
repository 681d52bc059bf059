package engine

// WaitingForListing is how many runs wait for a listing that another one takes.
func (e *Engine) WaitingForListing() int {
	e.listings.mu.Lock()
	defer e.listings.mu.Unlock()
	waiting := 0
	for _, r := range e.listings.rooms {
		waiting += int(r.waiting.Load())
	}
	return waiting
}
