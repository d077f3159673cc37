"""Crocoddyl's side of `benchmarks.fddp`, run by its own interpreter: python fddp_peer.py IN.npz OUT.npz

Only numpy, pinocchio and crocoddyl are needed. FDDP over rigid-body dynamics with six-dimensional contacts where the
feet bear: the reference is tracked, controls are small, pressure stays in the sole and friction in its cone.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import crocoddyl
import numpy as np
import pinocchio as pin

GRAVITY = np.array([0.0, 0.0, -9.81])
FLAT = 1


def model_of(data: dict[str, np.ndarray]) -> pin.Model:
    """The dancer: one joint a body."""
    model, made = pin.Model(), []
    model.gravity = pin.Motion(GRAVITY, np.zeros(3))
    for body, kind in enumerate(data["kinds"]):
        parent = int(data["parents"][body])
        joint = (pin.JointModelFreeFlyer(), pin.JointModelSpherical())[kind] if kind < 2 else None
        joint = joint or pin.JointModelRevoluteUnaligned(data["axes"][body])
        place = pin.SE3.Identity() if parent < 0 else pin.SE3(np.eye(3), data["offsets"][body])
        made.append(model.addJoint(0 if parent < 0 else made[parent], joint, place, f"body{body}"))
        inertia = pin.Inertia(float(data["masses"][body]), data["coms"][body], data["inertias"][body])
        model.appendBodyToJoint(made[-1], inertia, pin.SE3.Identity())
    return model


def turned(q: np.ndarray, data: dict[str, np.ndarray], *, back: bool = False) -> np.ndarray:
    """Quaternions from w first to w last, or back."""
    out = q.copy()
    for body, kind in enumerate(data["kinds"]):
        at = int(data["q_at"][body]) + (3 if kind == 0 else 0)
        if kind < 2:
            order = [3, 0, 1, 2] if back else [1, 2, 3, 0]
            out[:, at : at + 4] = q[:, at : at + 4][:, order]
    return out


def contacts_of(model: pin.Model, q_ref: np.ndarray, data: dict[str, np.ndarray]) -> list[list[str]]:
    """Names of the contact frames of every moment; each lies level where its sole stands in the middle of its stay."""
    feet, named = data["feet"], [[] for _ in q_ref]
    plain = model.createData()
    for side in range(2):
        start = 0
        for k in range(1, len(feet) + 1):
            if k < len(feet) and feet[k, side] == feet[start, side]:
                continue
            bears = int(feet[start, side])
            if bears:
                part = side if bears == FLAT else 2 + side
                joint = 1 + int(data["feet_bodies"][part])
                pin.forwardKinematics(model, plain, q_ref[(start + k - 1) // 2])
                level = plain.oMi[joint].rotation.T
                name = f"{'foot' if bears == FLAT else 'toes'}_{side}_{start}"
                place = pin.SE3(level, data["feet_points"][part])
                model.addFrame(pin.Frame(name, joint, 0, place, pin.FrameType.OP_FRAME))
                for moment in range(start, k):
                    named[moment].append(name)
            start = k
    return named


def solve(data: dict[str, np.ndarray]) -> tuple[np.ndarray, float, int]:
    """The motion (F, nq), seconds of the processor, iterations."""
    model = model_of(data)
    rate = float(data["rate"])
    q_ref = turned(data["q_ref"], data)
    named = contacts_of(model, q_ref, data)
    pdata = model.createData()
    frames = len(q_ref)
    v_ref = np.array([pin.difference(model, a, b) * rate for a, b in pairwise(q_ref)])
    x_ref = [np.concatenate([q, v]) for q, v in zip(q_ref, np.vstack([v_ref, v_ref[-1:]]), strict=True)]
    state = crocoddyl.StateMultibody(model)
    actuation = crocoddyl.ActuationModelFloatingBase(state)
    nu = actuation.nu
    weights = np.concatenate([[100.0] * 3, [30.0] * 3, [10.0] * (model.nv - 6), [0.5] * model.nv])

    def costs_of(k: int, contacts: list[str]) -> crocoddyl.CostModelSum:
        costs = crocoddyl.CostModelSum(state, nu)
        track = crocoddyl.ResidualModelState(state, x_ref[k], nu)
        activation = crocoddyl.ActivationModelWeightedQuad(weights)
        costs.addCost("track", crocoddyl.CostModelResidual(state, activation, track), 1.0)
        costs.addCost("control", crocoddyl.CostModelResidual(state, crocoddyl.ResidualModelControl(state, nu)), 1e-4)
        for name in contacts:
            frame = model.getFrameId(name)
            box = data["boxes"][0 if name.startswith("foot") else 1]
            support = crocoddyl.CoPSupport(np.eye(3), box)
            inside = crocoddyl.ActivationModelQuadraticBarrier(
                crocoddyl.ActivationBounds(np.zeros(4), np.full(4, np.inf))
            )
            press = crocoddyl.ResidualModelContactCoPPosition(state, frame, support, nu)
            costs.addCost(f"cop {name}", crocoddyl.CostModelResidual(state, inside, press), 1.0)
            cone = crocoddyl.FrictionCone(np.eye(3), 0.7, 4, False)
            bounds = crocoddyl.ActivationModelQuadraticBarrier(crocoddyl.ActivationBounds(cone.lb, cone.ub))
            slide = crocoddyl.ResidualModelContactFrictionCone(state, frame, cone, nu)
            costs.addCost(f"cone {name}", crocoddyl.CostModelResidual(state, bounds, slide), 1e-1)
        return costs

    def action(k: int) -> crocoddyl.ActionModelAbstract:
        names = named[k]
        contacts = crocoddyl.ContactModelMultiple(state, nu)
        pin.framesForwardKinematics(model, pdata, q_ref[k])
        for name in names:
            frame = model.getFrameId(name)
            place = pdata.oMf[frame].copy()
            contact = crocoddyl.ContactModel6D(
                state, frame, place, pin.LOCAL_WORLD_ALIGNED, nu, np.array([200.0, 28.0])
            )
            contacts.addContact(name, contact)
        free = crocoddyl.DifferentialActionModelContactFwdDynamics(
            state, actuation, contacts, costs_of(k, names), 1e-8, True
        )
        return crocoddyl.IntegratedActionModelEuler(free, 1.0 / rate)

    running = [action(k) for k in range(frames - 1)]
    final = action(frames - 1)
    problem = crocoddyl.ShootingProblem(x_ref[0], running, final)
    solver = crocoddyl.SolverFDDP(problem)
    guess = problem.quasiStatic([x_ref[k] for k in range(frames - 1)])
    start = time.process_time()
    solver.solve(x_ref, guess, 100, False, 1e-8)
    seconds = time.process_time() - start
    q = np.array([x[: model.nq] for x in solver.xs])
    return turned(q, data, back=True), seconds, int(solver.iter)


if __name__ == "__main__":
    with np.load(sys.argv[1]) as given:
        got, spent, rounds = solve({name: given[name] for name in given.files})
    np.savez(sys.argv[2], q=got, seconds=spent, iterations=rounds)
