-- Argo CD runs this without the string library; what is used here is there.
local health = { status = "Progressing", message = "Waiting for the operator to look at it" }

local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    conditions[condition.type] = condition
  end
end
local ready = conditions["Ready"]

if obj.spec.suspend == true then
  health.status = "Suspended"
  health.message = "Suspended by spec.suspend"
  return health
end

-- What the status says about an older spec, nobody has asked for.
if ready == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end
health.message = ready.message

local stalled = conditions["Stalled"]
if stalled ~= nil and stalled.status == "True" then
  health.status = "Degraded"
  health.message = stalled.message
  return health
end

local reconciling = conditions["Reconciling"]
if reconciling ~= nil and reconciling.status == "True" then
  health.message = reconciling.message
  return health
end

if ready.status == "True" then
  health.status = "Healthy"
elseif ready.status == "False" then
  if ready.reason == "IntegrationNotReady" then
    -- The trouble is the integration's, and shows there; a person who has to sign in isn't a broken deployment.
    health.status = "Suspended"
  elseif ready.reason ~= "Throttled" then
    health.status = "Degraded"
  end
end
return health
